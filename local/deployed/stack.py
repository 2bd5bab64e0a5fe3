"""The deployed template, left running on this machine for anyone to play with.

python -m local.deployed.stack up      deploys it into an emulator, with PARAMETERS, and says how to reach it
python -m local.deployed.stack down    ends it, and leaves nothing behind
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from local.daemon import Daemon, DaemonError
from local.deployed import emulator
from local.deployed.deployment import LIVE, STACK_NAME, DeploymentError, Stack, deploy
from local.deployed.library import Library
from local.deployed.parameters import ParameterError, parsed
from local.deployed.template import read
from local.kept import alone
from local.project import LOCAL
from local.signals import end_like_ctrl_c, undisturbed
from shared.domain.documents import Folder

OPENING = {"OpenLinks": "ENABLED"}  # so that there is something to play with


def up(local: Path = LOCAL, parameters: Mapping[str, str] = OPENING) -> Stack:
    """The stack that runs, deployed first where none does, with these parameters; a failure on the way leaves none.

    `local` gets `stack.json`, which describes it, and the emulator's folder, `stack`.
    """
    local.mkdir(exist_ok=True)
    description = local / "stack.json"
    with alone(local / ".stack.lock"):
        if _daemon(local).alive() and description.exists():
            return Stack(**json.loads(description.read_text()))
        _end(local)  # what a crash may have left
        try:
            stack = deploy(emulator.start(_daemon(local).folder).aws(), parameters)
            description.write_text(json.dumps(asdict(stack), indent=2) + "\n")
        except BaseException:
            _end(local)
            raise
        return stack


def down(local: Path = LOCAL) -> bool:
    """End it; whether there was one."""
    if not local.exists():
        return False
    with alone(local / ".stack.lock"):
        running = _daemon(local).alive()
        _end(local)
    return running


def _daemon(local: Path) -> Daemon:
    return Daemon(local / "stack")


def _end(local: Path) -> None:
    with undisturbed():
        (local / "stack.json").unlink(missing_ok=True)
        _daemon(local).remove()


def _explain(stack: Stack, local: Path) -> str:
    layout = Library(stack).layout
    manifest = layout.manifest_of(Folder(stack.bucket, "2026/04/"))
    folder = os.path.relpath(local)
    return f"""\
The stack runs; `make stack-down` ends it. Everything about it is in {folder}/stack.json.

  export AWS_ENDPOINT_URL={stack.endpoint_url} AWS_DEFAULT_REGION={stack.region}
  export AWS_ACCESS_KEY_ID={stack.access_key_id} AWS_SECRET_ACCESS_KEY={stack.secret_access_key}
  aws s3 cp some.pdf s3://{stack.bucket}/2026/04/
  aws s3 cp {manifest} -
  aws stepfunctions start-execution --input '{{"plan": 3}}' \\
    --state-machine-arn {stack.full_scan_machine}
  aws s3 cp {layout.last_scan(stack.bucket)} -
  aws lambda invoke --function-name {stack.full_scan_function}:{LIVE} \\
    --payload fileb://<(echo '{{"prefix": ""}}') answer.json
  make share STACK={STACK_NAME} PREFIX=2026/04/

  log of the emulator and the functions: {folder}/stack/log"""


def main() -> None:
    """What `make stack` and `make stack-down` run."""
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("verb", choices=["up", "down"])
    arguments.add_argument("folder", type=Path, nargs="?", default=LOCAL)
    given = arguments.parse_args()
    end_like_ctrl_c()
    try:
        if given.verb == "up":
            chosen = parsed(os.environ.get("PARAMETERS", ""), read()["Parameters"])
            print(_explain(up(given.folder.resolve(), {**OPENING, **chosen}), given.folder))
        else:
            print("The stack has ended." if down(given.folder.resolve()) else "No stack was running.")
    except (DaemonError, DeploymentError, ParameterError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Interrupted; nothing is left running.")


if __name__ == "__main__":
    main()
