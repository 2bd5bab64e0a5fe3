"""What happens to a stack in a period, well or badly; what rings an alarm, and what does not."""

from collections.abc import Callable
from itertools import count

from tests.fake_objects import refusal
from tests.watched.night import Night
from tests.world import at, raising

_fresh = count()
Happens = Callable[[Night], object]


def told(namespace: str, name: str, resource: str, *values: float) -> Happens:
    return lambda night: night.aws(namespace, name, resource, *values)


def both(first: Happens, then: Happens) -> Happens:
    """In one period."""

    def happens(night: Night) -> None:
        first(night)
        then(night)

    return happens


def folder_of(documents: int) -> list[str]:
    """A new folder with so many."""
    number = next(_fresh)
    return [f"{number}/{each}.pdf" for each in range(documents)]


def an_update(night: Night) -> None:
    keys = folder_of(3)
    night.uploaded(*keys)
    night.changes(*keys)


def a_message_that_fails(night: Night) -> None:
    night.delivers("no JSON")


def crowded(night: Night, folders: int = 10, refused: int = 25) -> None:
    """A commit in each of so many folders, and so many that are refused meanwhile."""
    keys = [folder_of(1)[0] for _ in range(folders)]
    night.uploaded(*keys)
    night.world.s3.before = at("put_object", raising(refusal("PreconditionFailed")), times=refused)
    night.changes(*keys)


def shrinks(night: Night, documents: int = 20, gone: int = 11) -> None:
    keys = folder_of(documents)
    night.uploaded(*keys)
    night.changes(*keys)
    night.removed(*keys[:gone])
    night.changes(*keys[:gone])


def shrinks_unseen(night: Night, documents: int = 20, gone: int = 11) -> None:
    keys = folder_of(documents)
    night.uploaded(*keys)
    night.scans()
    night.removed(*keys[:gone])
    night.scans()


def clock(night: Night) -> None:
    """Of a queue that is polled there is a count a minute, whatever is in it."""
    night.aws("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Events", 0)


def a_call_of_a_scan(night: Night) -> None:
    clock(night)
    night.aws("AWS/Lambda", "Invocations", "FullScan", 1)


def a_scan(night: Night) -> None:
    clock(night)
    night.scans()


def a_scan_that_fails(night: Night) -> None:
    """Not of a folder: its listing ends early."""
    clock(night)
    night.world.s3.before = at("list_objects_v2", raising(refusal("AccessDenied")), times=9)
    night.scans()
    night.world.s3.before = lambda *_: None


def a_scan_of_what_was_written(seconds: float) -> Happens:
    """And is new when it has ended."""

    def happens(night: Night) -> None:
        night.manifests_are_of(seconds)
        an_update(night)
        night.manifests_are_of(0)
        night.scans()

    return happens


def clicked(right: int, wrong: int) -> Happens:
    return lambda night: night.clicks(right, wrong)


def a_click_that_fails(night: Night) -> None:
    night.visitors.s3.before = at("head_object", raising(refusal("AccessDenied")))
    night.clicks(right=2)


def nothing(_: Night) -> None:
    pass
