"""What Lambda passes beside the event, as far as the functions ask for it."""

import time
import uuid
from collections.abc import Mapping

from shared.domain.errors import ConfigError

_LAMBDAS_LONGEST = 900  # seconds, https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
_SHORTEST = 3  # seconds, of which a scan keeps two for ending well
A_DAY = 24 * 60 * 60  # seconds


class Context:
    """Of an invocation that begins now. A person can wait, so it has a day, unless it is told less."""

    def __init__(self, seconds: float = A_DAY) -> None:
        self.aws_request_id = str(uuid.uuid4())
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - time.monotonic()) * 1000)


def time_out(env: Mapping[str, str]) -> int:
    """The seconds of one turn of a scan. Raise ConfigError where TIMEOUT cannot be used."""
    value = env.get("TIMEOUT") or str(_LAMBDAS_LONGEST)
    is_number = value.isascii() and value.isdecimal() and len(value) < len(str(10 * A_DAY))
    if not is_number or not _SHORTEST <= int(value) <= A_DAY:
        raise ConfigError(
            f"TIMEOUT is {value[:100]!r}, but must be the seconds that one turn of a scan may take, from {_SHORTEST} "
            f"to {A_DAY}."
        )
    return int(value)
