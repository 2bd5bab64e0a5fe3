"""What a person asked for: of which stack, with which wishes, and how they want to be answered."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from local.deployed.aws import Aws
from local.deployed.reached import Reached, reached


class OperatingError(Exception):
    """What was asked for is not to be had, or not now; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`env`: the wishes, by the names that make has for them. `as_json`: on standard output there is JSON alone."""

    name: str
    env: Mapping[str, str]
    as_json: bool

    @property
    def typed(self) -> str:
        """What a command is to be typed with, to be about the same."""
        return f" STACK={self.name}" if self.name else ""

    def stack(self) -> tuple[Aws, Reached]:
        """Raises StackError, and what AWS answers."""
        aws = Aws.of_environment()
        return aws, reached(aws, self.name)

    def number(self, name: str, default: int, most: int) -> int:
        """Raises OperatingError where the wish is none."""
        wish = self.env.get(name, "") or str(default)
        if not wish.isascii() or not wish.isdecimal() or not 1 <= int(wish) <= most:
            raise OperatingError(f"{name}={wish} cannot be: give a whole number from 1 to {most}.")
        return int(wish)

    def answer(self, told: Any, text: str) -> None:  # noqa: ANN401 -- any JSON
        """For a script the one, for a person the other."""
        print(json.dumps(told, indent=2, ensure_ascii=False) if self.as_json else text)

    @contextmanager
    def waiting(self, text: str) -> Iterator[Callable[[str], None]]:
        """A line on standard error while the block lasts, on a terminal only; what it yields changes it."""
        with Console(stderr=True, highlight=False).status(text) as status:
            yield status.update
