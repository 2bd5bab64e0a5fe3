"""Shares of folders, for people without an account.

python -m local.sharing share      PREFIX=… (or ALL=1), LABEL=…, DAYS=90 or forever: makes one and shows its address
python -m local.sharing shares     all there are
python -m local.sharing unshare    SHARE=address, id or the beginning of a digest: takes it back at once

The environment says what: the bucket of the functions' own settings, or STACK=…, a deployed stack's. --json for tools.
"""

import argparse
import json
import os
import sys
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.deployed.reached import StackError
from local.sharing import actions, display
from local.sharing.target import target
from local.signals import end_like_ctrl_c
from shared.domain.errors import LinkManifestError, ShareError


def share(*, as_json: bool) -> None:
    where = target(os.environ)
    new = actions.make(where, os.environ)
    if as_json:
        _print(new.told())
    else:
        print(display.made(where, new, is_terminal=sys.stdout.isatty()))


def shares(*, as_json: bool) -> None:
    where = target(os.environ)
    found = actions.seen(where)
    if as_json:
        _print([each.told() for each in found])
    else:
        display.show(where, found)


def unshare(*, as_json: bool) -> None:
    if not (wanted := os.environ.get("SHARE", "")):
        raise ShareError("Which share? make unshare SHARE=address, id, or the beginning of a digest")
    where = target(os.environ)
    gone = actions.take_back(where, wanted)
    if as_json:
        _print(gone.told() | {"state": "taken back"})
    else:
        print(display.taken_back(where, gone))


def _print(answer: Any) -> None:  # noqa: ANN401 -- any JSON
    print(json.dumps(answer, indent=2, ensure_ascii=False))


def main() -> None:
    """What `make share`, `make shares` and `make unshare` run."""
    verbs = {"share": share, "shares": shares, "unshare": unshare}
    arguments = argparse.ArgumentParser(prog="python -m local.sharing", usage=__doc__)
    arguments.add_argument("verb", choices=verbs)
    arguments.add_argument("--json", action="store_true", dest="as_json")
    told = arguments.parse_args()
    end_like_ctrl_c()
    try:
        verbs[told.verb](as_json=told.as_json)
    except (LinkManifestError, StackError, BotoCoreError, ClientError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        sys.exit("Interrupted.")


if __name__ == "__main__":
    main()
