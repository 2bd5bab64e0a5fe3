"""What is kept elsewhere: a read that hangs fails once for all who wait for it."""

import pytest

from shared.domain.errors import StoreUnavailableError
from shared.links.kept import Kept, Span

HANGS = 6.6  # seconds that a read takes
SPAN = Span(300, 3600, 15)


class Elsewhere:
    """What cannot be reached, and takes its time to say so."""

    def __init__(self) -> None:
        self.now, self.asked = 1000.0, 0

    def read(self) -> str:
        self.asked += 1
        self.now += HANGS
        raise StoreUnavailableError("nobody answers")


def test_a_failure_stands_from_its_end_on_so_that_nobody_behind_it_waits_as_long_again() -> None:
    elsewhere = Elsewhere()
    kept = Kept("a secret", elsewhere.read, lambda: elsewhere.now, remembers=5)
    for _ in range(8):
        with pytest.raises(StoreUnavailableError):
            kept.value(lambda _: SPAN)
    assert elsewhere.asked == 1
    elsewhere.now += 5
    with pytest.raises(StoreUnavailableError):
        kept.value(lambda _: SPAN)
    assert elsewhere.asked == 2
