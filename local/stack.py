"""The deployed template, left running on this machine for anyone to play with.

python -m local.stack up      deploys it into an emulator and says how to reach it
python -m local.stack down    ends it, and leaves nothing behind
"""

import json
import sys
from dataclasses import asdict

from local import emulator
from local.deployment import DeploymentError, Stack, deploy
from local.kept import alone
from local.package import ROOT
from local.signals import end_like_ctrl_c, undisturbed

LOCAL = ROOT / ".local"
FOLDER = LOCAL / "stack"
DESCRIPTION = LOCAL / "stack.json"


def up() -> Stack:
    """The stack that runs, deployed first where none does; a failure on the way leaves none."""
    LOCAL.mkdir(exist_ok=True)
    with alone(LOCAL):
        if emulator.alive(FOLDER) and DESCRIPTION.exists():
            return Stack(**json.loads(DESCRIPTION.read_text()))
        _end()  # what a crash may have left
        try:
            stack = deploy(emulator.start(FOLDER).aws())
            DESCRIPTION.write_text(json.dumps(asdict(stack), indent=2) + "\n")
        except BaseException:
            _end()
            raise
        return stack


def down() -> bool:
    """End it; whether there was one."""
    if not LOCAL.exists():
        return False
    with alone(LOCAL):
        running = emulator.alive(FOLDER)
        _end()
    return running


def _end() -> None:
    with undisturbed():
        DESCRIPTION.unlink(missing_ok=True)
        emulator.stop(FOLDER)


def _explain(stack: Stack) -> str:
    return f"""\
The stack runs; `make stack-down` ends it. Everything about it is in {DESCRIPTION.relative_to(ROOT)}.

  export AWS_ENDPOINT_URL={stack.endpoint_url} AWS_DEFAULT_REGION={stack.region}
  export AWS_ACCESS_KEY_ID={stack.access_key_id} AWS_SECRET_ACCESS_KEY={stack.secret_access_key}
  aws s3 cp some.pdf s3://{stack.bucket}/2026/04/
  aws s3 cp s3://{stack.bucket}/manifests/2026/04/manifest.jsonl -
  aws lambda invoke --function-name {stack.full_scan_function} \\
    --cli-binary-format raw-in-base64-out --payload '{{"prefix": ""}}' /dev/stdout

  log of the emulator and the functions: {(FOLDER / "emulator.log").relative_to(ROOT)}"""


def main() -> None:
    """What `make stack` and `make stack-down` run."""
    end_like_ctrl_c()
    try:
        if sys.argv[1:] == ["up"]:
            print(_explain(up()))
        elif sys.argv[1:] == ["down"]:
            print("The stack has ended." if down() else "No stack was running.")
        else:
            sys.exit(__doc__)
    except (emulator.EmulatorError, DeploymentError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Interrupted; nothing is left running.")


if __name__ == "__main__":
    main()
