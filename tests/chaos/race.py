"""Sixteen writers on one folder, in short rounds: manifest and bucket are compared before anything could heal them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.library import Library
from tests.chaos.writers import Crew, Post, Tally, Task, Times, Writer, crew

WRITERS = 16
_DOCUMENTS = 24  # that all of them change
_CHANGES = 4  # by each writer in a round


@dataclass(slots=True)
class Outcome:
    """`lost`: keys that manifest and bucket disagreed about when a round had ended; `flaws` of the manifest itself."""

    tally: Tally = field(default_factory=Tally)
    rounds: int = 0
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        rate = self.tally.commits / self.seconds if self.seconds else 0.0
        return (
            f"{self.tally.commits} commits in {self.rounds} rounds, {rate:.0f}/s; {self.tally.refused} writes refused, "
            f"{len(self.tally.failures)} invocations failed, {len(self.lost)} lost, {len(self.flaws)} flaws"
        )


def tell(text: object) -> None:
    """Say it to whoever runs the tests with `-rP`."""
    print(text)  # noqa: T201 -- numbers are what a race is run for


def race(library: Library, folder: str, commits: int, *, careless: bool = False) -> Outcome:
    """Rounds until there are so many commits, or something is lost."""
    keys = [f"{folder}{number:02}.pdf" for number in range(_DOCUMENTS)]
    posts = [Post(library, folder, keys, careless=careless)] * (WRITERS + 1)
    outcome = Outcome()
    with crew(posts) as writers:
        while outcome.tally.commits < commits and not outcome.lost and not outcome.flaws:
            _round(writers, outcome, _tasks(with_rebuild=outcome.rounds % 3 != 2))
            outcome.lost += library.disagreement(folder)
            outcome.flaws += [*library.manifest(folder).flaws(), *library.leftovers()]
    return outcome


def _tasks(*, with_rebuild: bool) -> Sequence[Task]:
    changing = [Times(Writer.change_and_tell, _CHANGES)] * WRITERS
    return [*changing, Times(Writer.rebuild)] if with_rebuild else changing


def _round(writers: Crew, outcome: Outcome, tasks: Sequence[Task]) -> None:
    began = time.monotonic()
    outcome.tally += writers.do(tasks)
    outcome.seconds += time.monotonic() - began
    outcome.rounds += 1


def contend(library: Library, folder: str, seconds: float) -> Outcome:
    """Each writer tells of one document of its own, again and again, for so long."""
    posts = [Post(library, folder, [f"{folder}{number:02}.pdf"]) for number in range(WRITERS)]
    for post in posts:
        library.upload(*post.keys)
    outcome = Outcome()
    with crew(posts) as writers:
        _round(writers, outcome, [Times(Writer.tell_the_same, 0, seconds)] * WRITERS)
    outcome.lost += library.disagreement(folder)
    outcome.flaws += library.manifest(folder).flaws()
    return outcome
