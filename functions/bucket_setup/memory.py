"""What is remembered of a bucket between its setting up and its taking back: it is in the resource's physical id.

CloudFormation keeps that id, hands it back with every later request, and asks for the old one's deletion where an
update answers with another: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
So an update to another bucket has an id of its own, which also says what there was before: where the update is rolled
back, the first bucket is found set up already, and what it was like before that is known from nowhere else.
"""

import re
from dataclasses import dataclass
from typing import Literal

NOTHING = "nothing-was-set-up"
"""The id of what could not be set up. Its deletion takes out rules, if there are any of ours, never EventBridge."""

State = Literal["eventbridge-was-on", "eventbridge-was-off"]

_ENTRY = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{1,254}):(eventbridge-was-on|eventbridge-was-off)")
_MOST = 3  # entries: an id has at most 1,024 characters, an entry of an old bucket's name 275


@dataclass(frozen=True, slots=True)
class Memory:
    """`entries`: buckets with what they were like, the one that is set up first, those of earlier updates after it."""

    entries: tuple[tuple[str, State], ...]

    @classmethod
    def of(cls, bucket: str, *, bridged: bool) -> "Memory":
        """Of a bucket that has just been looked at for the first time."""
        return cls(((bucket, "eventbridge-was-on" if bridged else "eventbridge-was-off"),))

    @classmethod
    def read(cls, physical_id: str) -> "Memory | None":
        """None for what is no such id: CloudFormation's own, where a creation never answered."""
        found = [_ENTRY.fullmatch(entry) for entry in physical_id.split()]
        if not found or None in found:
            return None
        return cls(tuple((entry[1], entry[2]) for entry in found if entry))  # type: ignore[misc]  # one of the states

    @property
    def bridged(self) -> bool:
        """Whether the bucket told EventBridge before it was set up."""
        return self.entries[0][1] == "eventbridge-was-on"

    def since(self, bucket: str) -> "Memory | None":
        """What was known when that bucket was the one: the id to go back to. None where it never was."""
        for number, (name, _) in enumerate(self.entries):
            if name == bucket:
                return Memory(self.entries[number:])
        return None

    def then(self, next_one: "Memory") -> "Memory":
        """The id of the next bucket, with this one's behind it."""
        return Memory((*next_one.entries, *self.entries)[:_MOST])

    def __str__(self) -> str:
        return " ".join(f"{bucket}:{state}" for bucket, state in self.entries)
