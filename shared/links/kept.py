"""What is kept elsewhere and changes there: read now and then, and used on for a while where it cannot be read."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from shared.domain.errors import LinkManifestError, StoreUnavailableError
from shared.telemetry import logger

Value = TypeVar("Value")
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Span:
    """How long something holds, in seconds after it was read.

    For `unread` nobody asks for it again. Where it then cannot be read it goes on for `goes_on`, and is asked for again
    `pause` after each try that failed.
    """

    unread: float
    goes_on: float
    pause: float = 0


class Kept(Generic[Value]):
    """`read` gets it, and raises what is wrong. `remembers`: so many seconds a failure stands without another try.

    `clock` is the wall's, in seconds: while Lambda has an environment frozen others may stand still,
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html. Any number of threads may ask.
    """

    def __init__(
        self, what: str, read: Callable[[], Value], clock: Callable[[], float] = time.time, *, remembers: float = 0
    ) -> None:
        self._what, self._read, self._clock, self._remembers = what, read, clock, remembers
        self._value: Value | None = None
        self._failed: LinkManifestError | None = None
        self._read_at = self._failed_at = self._anew_at = _NEVER
        self._reading = Lock()

    def value(self, span_of: Callable[[Value], Span]) -> Value:
        """As it was read last. Raises where it cannot be read, and what was read before holds no longer."""
        with self._reading:
            if self._value is not None and self._is_known(span_of(self._value)):
                return self._value
            return self._read_again(span_of)

    def anew(self, span_of: Callable[[Value], Span], pause: float) -> Value | None:
        """Read again at once; None where it was for this reason less than `pause` seconds ago."""
        with self._reading:
            if self._is_since(self._anew_at, pause):
                return None
            self._anew_at = self._clock()
            return self._read_again(span_of)

    def _is_known(self, span: Span) -> bool:
        if self._is_since(self._read_at, span.unread):
            return True
        return self._is_since(self._failed_at, span.pause) and self._is_since(self._read_at, span.goes_on)

    def _is_since(self, then: float, seconds: float) -> bool:
        """Whether that was less than so many seconds ago; where a clock was put back nobody knows."""
        return 0 <= self._clock() - then < seconds

    def _read_again(self, span_of: Callable[[Value], Span]) -> Value:
        if self._failed and self._is_since(self._failed_at, self._remembers):
            raise self._failed.with_traceback(None)
        began, self._failed = self._clock(), None
        try:
            self._value, self._read_at = self._read(), began
        except LinkManifestError as error:
            self._failed_at = self._clock()  # a read that hangs may take longer than its failure stands
            return self._gone_on(error, span_of)
        return self._value

    def _gone_on(self, error: LinkManifestError, span_of: Callable[[Value], Span]) -> Value:
        """What was read before, where it still holds; an outage passes, all else waits for a person."""
        if self._value is None or not self._is_since(self._read_at, span_of(self._value).goes_on):
            self._failed = error
            raise error
        tell = logger.warning if isinstance(error, StoreUnavailableError) else logger.error
        tell(f"{self._what} cannot be read again", error=type(error).__name__, why=str(error))
        return self._value
