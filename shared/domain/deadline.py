"""The time an invocation has left."""

import time
from collections.abc import Callable

from shared.domain.errors import OutOfTimeError

RESERVE = 2.0  # seconds kept for ending well: aborting an upload, answering
_WITHOUT_CONTEXT = (
    900.0  # seconds; Lambda's longest, https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
)


class Deadline:
    """Seconds left, asked before every step, so that what cannot finish is not begun."""

    def __init__(self, left: Callable[[], float]) -> None:
        self._left = left

    @classmethod
    def of(cls, context: object) -> "Deadline":
        """From a Lambda context; where there is none (a person's call), from now on Lambda's longest."""
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        if remaining is not None:
            return cls(lambda: remaining() / 1000)
        end = time.monotonic() + _WITHOUT_CONTEXT
        return cls(lambda: end - time.monotonic())

    def left(self) -> float:
        """Seconds of work left, the reserve taken off; 0 or less: end now."""
        return self._left() - RESERVE

    def require(self, step: str) -> None:
        """Raise OutOfTimeError where the step should not be begun any more."""
        if self.left() <= 0:
            raise OutOfTimeError(
                f"out of time before {step}: it was not done, and is to be tried again. If this repeats, raise the "
                "function's time-out."
            )
