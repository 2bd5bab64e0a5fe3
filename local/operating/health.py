"""How a deployed stack is, and what of that needs a person. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

RUNBOOK = "docs/runbook.md"
_LATE = 15 * 60  # seconds: as the alarm of the template has it


@dataclass(frozen=True, slots=True)
class Queues:
    """How many messages there are, about. `oldest`: seconds that an event has waited; None: not known."""

    waiting: int
    working: int
    oldest: float | None
    dead: int
    failed_scans: int

    @property
    def is_late(self) -> bool:
        """Whether what is there now has waited for too long; the age alone may be that of what is done since."""
        return bool(self.waiting or self.working) and (self.oldest or 0) > _LATE


@dataclass(frozen=True, slots=True)
class Failed:
    """An execution that did not succeed. `mended`: a later one of as much, or more, did."""

    execution: str
    ended: str
    why: str
    mended: bool


@dataclass(frozen=True, slots=True)
class Scans:
    """`last`: the last complete one, as it is on record. `running`: executions."""

    last: Mapping[str, Any] | None
    running: int
    failed: Failed | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """One that is in ALARM, by its name in the template. `since`: as manifests have times; None: not known."""

    name: str
    since: str | None
    description: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Times are as manifests have them; `age` in seconds; `damage`: why its metadata tell nothing."""

    prefix: str
    modified: str
    age: float | None
    size: int
    lines: int
    documents: int
    first_expiry: str | None
    damage: str | None = None

    def is_dead(self, now: str) -> bool:
        """Whether a link of it has ended."""
        return self.first_expiry is not None and self.first_expiry <= now


@dataclass(frozen=True, slots=True)
class Manifests:
    """`count` and `size` are of all; `shown` are those that were written longest ago, the first to expire first."""

    count: int
    size: int
    oldest: str | None
    shown: tuple[Manifest, ...]

    def dead(self, now: str) -> int:
        """How many of those shown have links that have ended."""
        return sum(each.is_dead(now) for each in self.shown)


@dataclass(frozen=True, slots=True)
class Health:
    """`now`: when all that was so, as manifests have times.

    `paused`: what is off, and `make resume` turns on. `drifted`: what else is not as it was deployed, and what to do.
    """

    stack: str
    now: str
    queues: Queues
    paused: tuple[str, ...]
    scans: Scans
    alarms: tuple[Alarm, ...]
    manifests: Manifests
    drifted: tuple[str, ...] = ()

    def wants(self) -> list[str]:
        """What a person is to see to, a sentence each; nothing where all is well.

        What lies in the queue of failed scans is not: it stays for 14 days, whatever was mended.
        """
        return [*self._rings(), *self._waits(), *self._scanned(), *self._dead()]

    def _rings(self) -> Iterator[str]:
        for alarm in self.alarms:
            since = f" since {alarm.since}" if alarm.since else ""
            yield f"{alarm.name} is in ALARM{since}: {RUNBOOK}#{alarm.name.lower()}"

    def _waits(self) -> Iterator[str]:
        if self.paused:
            yield f"The stack is paused, or half so ({', '.join(self.paused)}): make resume STACK={self.stack}"
        yield from self.drifted
        if self.queues.is_late:
            yield f"Events have waited for more than {_LATE // 60} minutes: {RUNBOOK}#lateeventsalarm"
        if self.queues.dead:
            mend = f"mend what on_created's log names, then make redrive STACK={self.stack}"
            yield f"Events that are dead-lettered: {self.queues.dead}; {mend}"

    def _scanned(self) -> Iterator[str]:
        if self.scans.failed and not self.scans.failed.mended:
            yield (
                f"A full scan has {self.scans.failed.why}; none has made that good since: make scan STACK={self.stack}"
            )
        elif self.scans.last and self.scans.last.get("outcome") != "complete":
            failures = self.scans.last.get("failures")
            yield f"Folders that the last full scan failed for: {failures}; full_scan's log names them"

    def _dead(self) -> Iterator[str]:
        if dead := self.manifests.dead(self.now):
            yield f"Manifests, of those shown, with links that have ended: {dead}; make scan STACK={self.stack}"
        if damaged := [each for each in self.manifests.shown if each.damage]:
            first = f"such as that of {damaged[0].prefix!r}: {damaged[0].damage}"
            yield f"Manifests that cannot be read: {len(damaged)}, {first}; what is damaged make scan mends"

    def told(self) -> dict[str, Any]:
        """As JSON has it; times in seconds, sizes in bytes."""
        wants = self.wants()
        return {"well": not wants, "wants": wants, **asdict(self)}
