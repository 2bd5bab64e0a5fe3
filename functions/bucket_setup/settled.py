"""A request that always comes to an end: done, or not, and then why; and what is to be remembered of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from functions.bucket_setup.bucket import NotPutBackError
from functions.bucket_setup.memory import NOTHING, Memory
from functions.bucket_setup.request import Caller, Request
from functions.bucket_setup.setup import Setup
from shared.domain.errors import LinkManifestError
from shared.telemetry import logger

Prepare = Callable[[Request, Memory | None], Setup]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`failure`: a sentence, for the stack's event; None where all is done."""

    physical_id: str
    failure: str | None = None


def settled(event: Mapping[str, Any], caller: Caller, prepare: Prepare) -> Outcome:
    """Do what is asked. Raises nothing: CloudFormation would wait for its answer until ServiceTimeout."""
    outcome = _tried(event, caller, prepare)
    if caller.physical_id == NOTHING and event.get("RequestType") == "Delete":
        return Outcome(NOTHING)  # as CloudFormation asks after a creation that failed: whatever was in its way still is
    return outcome


def _tried(event: Mapping[str, Any], caller: Caller, prepare: Prepare) -> Outcome:
    try:
        setup = prepare(Request.parse(event, caller), Memory.read(caller.physical_id))
    except Exception as error:  # noqa: BLE001 -- of whatever kind
        return Outcome(caller.physical_id or NOTHING, _told(error))
    return _run(setup, caller)


def _run(setup: Setup, caller: Caller) -> Outcome:
    untouched = caller.physical_id or NOTHING
    try:
        setup.run()
    except NotPutBackError as error:
        return Outcome(str(setup.memory or untouched), _told(error))
    except LinkManifestError as error:
        return Outcome(untouched, _told(error))
    except Exception as error:  # noqa: BLE001 -- a fault of ours: it may have left something behind
        return Outcome(str(setup.memory or untouched), _told(error))
    return Outcome(setup.looked_at or str(setup.memory or untouched))


def _told(error: Exception) -> str:
    logger.exception("the bucket could not be set up", error=type(error).__name__)
    return str(error) if isinstance(error, LinkManifestError) else f"{type(error).__name__}: {error}. See the log."
