"""What becomes new, another, or is gone in the manifests of a prefix and below, as it is committed, until Ctrl-C.

python -m local.following [STACK] [--json | --csv]

The environment says of which prefix (PREFIX), in the bucket of the functions' own settings, or a deployed stack's.
--json and --csv begin with what there is, links included, and tell of those that were renewed; without them the changes
alone are shown, and no link.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from rich.live import Live

from local.deployed.reached import StackError
from local.following.changes import Following
from local.following.telling import Csv, JsonLines, Lines, Screen, Tells, console
from local.operating.asked import OperatingError
from local.operating.audit import folder_of
from local.operating.bucket import bucket
from local.signals import end_like_one_ctrl_c
from shared.domain.documents import Folder
from shared.domain.errors import LinkManifestError, StoreUnavailableError
from shared.sharing.folders import Folders
from shared.store.manifests import ManifestStore
from shared.store.walk import Walk

_EVERY = 2.0  # seconds, for each request that a look is
_LISTED = 1000  # manifests that one request lists


def follow(following: Following, tells: Tells) -> None:
    """Until somebody ends it. What passes by itself is told, and tried again."""
    while True:
        try:
            changes = following.look()
        except StoreUnavailableError as error:
            print(f"{error} Trying again.", file=sys.stderr)
        else:
            tells.tell(changes, following.documents, following.manifests)
        while following.troubles:
            print(following.troubles.pop(), file=sys.stderr)
        time.sleep(_EVERY * (1 + following.manifests // _LISTED))


@contextmanager
def telling(given: argparse.Namespace, root: Folder) -> Iterator[Tells]:
    """As it was asked for."""
    if given.as_json or given.as_csv:
        yield JsonLines() if given.as_json else Csv()
    elif not sys.stdout.isatty():
        yield Lines(root)
    else:
        with Live(console=console(), auto_refresh=False, screen=False) as live:
            yield Screen(live, root)


def main() -> None:
    """What `make follow` runs."""
    arguments = argparse.ArgumentParser(prog="python -m local.following", usage=__doc__)
    arguments.add_argument("stack", nargs="?", default="")
    how = arguments.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", dest="as_json")
    how.add_argument("--csv", action="store_true", dest="as_csv")
    given = arguments.parse_args()
    end_like_one_ctrl_c()
    try:
        where = bucket(given.stack, os.environ)
        root = folder_of(where, os.environ.get("PREFIX") or where.prefix)
        following = Following(
            Folders(Walk(where.client), where.layout), ManifestStore(where.client, where.layout), root
        )
        with telling(given, root) as tells:
            follow(following, tells)
    except KeyboardInterrupt:
        sys.exit(0)  # how it ends
    except BrokenPipeError:  # or so: whoever read it has enough, and nothing is left to be flushed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (StackError, OperatingError, LinkManifestError, BotoCoreError, ClientError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
