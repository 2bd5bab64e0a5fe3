"""A full scan of a deployed stack, started by hand and waited for."""

from datetime import timedelta
from typing import Any

from local.operating.asked import Asked, OperatingError
from local.operating.concurrency import is_stopped
from local.operating.machine import Ended, Machine
from local.signals import put_off
from shared.scan.dividing import MOST


def scan(asked: Asked) -> int:
    """Of PREFIX, or of what the stack covers; in about PLAN ranges. Raises ScanFailedError, and what AWS answers."""
    wish = wished(asked)
    aws, stack = asked.stack()
    if is_stopped(aws, stack.outputs["FullScanFunction"]):
        raise OperatingError(
            f"Stack {stack.name} runs no full scan: it is paused (make resume{asked.typed}), or so deployed."
        )
    machine = Machine(aws, stack)
    execution = None
    try:
        with put_off():
            execution = machine.start(wish)
        with asked.waiting("scanning …") as say:
            ended = machine.follow(execution, lambda progress: say(f"{progress} …"))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(left(execution, asked.typed)) from None
    asked.answer(told(ended), described(ended, execution))
    return 0


def left(execution: str | None, typed: str) -> str:
    """What becomes of a scan that nobody waits for any more; None: it may have begun."""
    if execution is None:
        return f"Interrupted. Whether the scan has begun, `make status{typed}` tells."
    return (
        f"Interrupted. The scan goes on; `make status{typed}` tells when it has ended, and "
        f"`aws stepfunctions describe-execution --execution-arn {execution}` how."
    )


def wished(asked: Asked) -> dict[str, Any]:
    """The input of the execution: without a PREFIX that of the schedules, so that they are one scan where they meet."""
    prefix = asked.env.get("PREFIX", "")
    plan = {"plan": asked.number("PLAN", 1, MOST)} if asked.env.get("PLAN") else {}
    return {**({"prefix": prefix} if prefix else {}), **plan}


def told(ended: Ended) -> dict[str, Any]:
    return {"execution": ended.execution, "seconds": round(ended.seconds, 1), **ended.output}


def described(ended: Ended, started: str) -> str:
    """For a person."""
    output, took = ended.output, timedelta(seconds=round(ended.seconds))
    older = "" if ended.execution == started else "An older execution did the same: this is what that one came to.\n"
    return (
        f"{older}{output.get('count', 0):,} documents in {output.get('folders', 0):,} folders, every manifest rebuilt; "
        f"lines that were not as they should be: {output.get('healed', 0):,}. It took {took}."
    )
