"""What the people who run a deployed stack ask of it.

    python -m local.operating VERB STACK [--json]

Exit code 0: all is well; 1: it is not, or could not be done; 130: interrupted.
Of `audit` 2: it could not look, at all or at some folders.
"""

import argparse
import os
import sys
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from local.deployed.reached import StackError
from local.operating.asked import Asked, OperatingError
from local.operating.audit import audit
from local.operating.breaker import pause, resume
from local.operating.machine import ScanFailedError
from local.operating.redrive import redrive
from local.operating.scan import scan
from local.operating.status import status
from local.signals import end_like_ctrl_c
from shared.domain.errors import LinkManifestError

_VERBS: dict[str, Callable[[Asked], int]] = {
    "status": status,
    "audit": audit,
    "redrive": redrive,
    "scan": scan,
    "pause": pause,
    "resume": resume,
}
_NOT_SEEN = {"audit": 2}
_INTERRUPTED = 130


def main() -> None:
    """What the targets of make run."""
    arguments = argparse.ArgumentParser(prog="python -m local.operating", usage=__doc__)
    arguments.add_argument("verb", choices=_VERBS)
    arguments.add_argument("stack", nargs="?", default="")
    arguments.add_argument("--json", action="store_true", dest="as_json")
    given = arguments.parse_args()
    end_like_ctrl_c()
    try:
        sys.exit(_VERBS[given.verb](Asked(given.stack, os.environ, given.as_json)))
    except KeyboardInterrupt as told:
        print(told if told.args else "Interrupted.", file=sys.stderr)
        sys.exit(_INTERRUPTED)
    except (StackError, OperatingError, ScanFailedError, LinkManifestError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        sys.exit(_NOT_SEEN.get(given.verb, 1))


if __name__ == "__main__":
    main()
