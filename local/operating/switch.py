"""Whether links are opened at all, at once and whatever is in them.

    python -m local.operating.switch off|on STACK

Nothing is lost: links and shares open again as they did. A deployment that changes OpenConcurrency turns them on, too.
"""

import argparse
import sys

from botocore.exceptions import BotoCoreError, ClientError

from local.deployed.aws import Aws
from local.deployed.reached import Reached, StackError, reached
from local.operating.concurrency import restore, stop


def off(aws: Aws, stack: Reached) -> None:
    """From now on each request is answered with 429. Raises StackError."""
    stop(aws, stack.output("OpenLinkFunction"))


def on(aws: Aws, stack: Reached) -> None:
    """As OpenConcurrency has it. Raises StackError."""
    function, many = stack.output("OpenLinkFunction"), stack.parameters.get("OpenConcurrency", "")
    if many and not int(many):
        raise StackError(f"Stack {stack.name} is deployed with OpenConcurrency=0: no link is opened. Deploy it anew.")
    restore(aws, function, many)


def main() -> None:
    """What `make links-off` and `make links-on` run."""
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("verb", choices=["off", "on"])
    arguments.add_argument("stack")
    given = arguments.parse_args()
    aws = Aws.of_environment()
    try:
        if given.verb == "off":
            off(aws, reached(aws, given.stack))
            print(
                f"No link and no share of {given.stack} opens any more. `make links-on STACK={given.stack}` ends that."
            )
        else:
            on(aws, reached(aws, given.stack))
            print(f"Links and shares of {given.stack} open again.")
    except (StackError, BotoCoreError, ClientError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
