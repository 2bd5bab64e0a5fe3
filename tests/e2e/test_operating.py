"""The commands of who operates a deployed stack: what they find, change and say, and their exit codes."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from local.deployed.deployment import STACK_NAME, waiting_events
from local.deployed.library import Library, seconds_until
from local.deployed.reached import reached
from local.operating.breaker import Breaker
from local.project import ROOT
from tests.e2e.crowd import upload_unheard
from tests.e2e.events import created, one_batch, settle
from tests.shell import Shell

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them

PDF = b"%PDF-1.7 a report"


def command(*arguments: str) -> list[str]:
    """What a target of make runs: whose own exit code is known only so."""
    return [sys.executable, "-m", "local.operating", *arguments]


def run(shell: Shell, *arguments: str, **wishes: str) -> "subprocess.CompletedProcess[str]":
    env = shell.env | wishes
    return subprocess.run(command(*arguments), cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def answer(shell: Shell, verb: str, code: int, **wishes: str) -> Any:
    """What a script reads, where the command ends with that code."""
    done = run(shell, verb, STACK_NAME, "--json", **wishes)
    assert done.returncode == code, done.stderr or done.stdout
    return json.loads(done.stdout)


@contextmanager
def begun(shell: Shell, *arguments: str, **wishes: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        command(*arguments), cwd=ROOT, env=shell.env | wishes, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def dead_letters(library: Library, *bodies: str) -> None:
    for body in bodies:
        library.aws.sqs.send_message(QueueUrl=library.stack.dead_letter_queue_url, MessageBody=body)


def differences(audited: Any) -> dict[str, Any]:
    """By folder, what is there to be told of it."""
    return {each["prefix"]: {kind: told for kind, told in each.items() if told} for each in audited["different"]}


def test_audit_sees_each_difference_and_after_a_scan_none(library: Library, shell: Shell, prefix: str) -> None:
    s3, bucket = library.aws.s3, library.stack.bucket
    names = ("same", "missing", "surplus", "changed", "dead", "damaged")
    upload_unheard(library, [f"{prefix}{name}/q1.pdf" for name in names])
    library.execute(prefix=prefix)
    upload_unheard(library, [f"{prefix}missing/q2.pdf", f"{prefix}none/q1.pdf"])
    with library.unheard():
        library.delete(f"{prefix}surplus/q1.pdf")
        library.upload(f"{prefix}changed/q1.pdf", b"%PDF another")
    s3.put_object(Bucket=bucket, Key=library.place(f"{prefix}damaged/").key, Body=b"no JSON\n")
    dead = s3.get_object(Bucket=bucket, Key=library.place(f"{prefix}dead/").key)["Body"].read()
    line = json.loads(dead) | {"expires_at": "2026-01-01T00:00:00Z"}
    s3.put_object(Bucket=bucket, Key=library.place(f"{prefix}dead/").key, Body=json.dumps(line).encode() + b"\n")

    audited = answer(shell, "audit", 1, PREFIX=prefix, WAIT="1")
    found = {each.removeprefix(prefix): told for each, told in differences(audited).items()}
    assert "is not JSON Lines" in found.pop("damaged/")["problem"]
    expected: dict[str, dict[str, Any]] = {
        "missing": {"missing": [f"{prefix}missing/q2.pdf"]},
        "surplus": {"surplus": [f"{prefix}surplus/q1.pdf"]},
        "changed": {"changed": [f"{prefix}changed/q1.pdf"]},
        "dead": {"dead": [f"{prefix}dead/q1.pdf"]},
        "none": {"problem": "there is no manifest", "missing": [f"{prefix}none/q1.pdf"]},
    }
    assert found == {f"{name}/": {"prefix": f"{prefix}{name}/", **told} for name, told in expected.items()}

    scanned = shell.make("scan", f"STACK={STACK_NAME}", f"PREFIX={prefix}")
    assert scanned.returncode == 0, scanned.stderr
    assert "7 documents in 8 folders" in scanned.stdout
    again = shell.make("audit", f"STACK={STACK_NAME}", f"PREFIX={prefix}")
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stdout.endswith("manifests: the same.\n")


def test_audit_of_what_cannot_be_looked_at_is_no_difference(library: Library, shell: Shell) -> None:
    here = {"S3_ENDPOINT_URL": library.stack.endpoint_url}
    missing = run(shell, "audit", **here, BUCKET_NAME="no-such-bucket")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "there is no bucket 'no-such-bucket'" in missing.stderr
    assert "Traceback" not in missing.stderr
    misspelt = run(shell, "audit", **here, BUCKET_NAME=library.stack.bucket, PREFIX="no/such/")
    assert (misspelt.returncode, misspelt.stdout) == (2, "")
    assert "Is it spelled right?" in misspelt.stderr


def test_dead_lettered_events_are_told_redriven_and_told_no_more(library: Library, shell: Shell, prefix: str) -> None:
    keys = [f"{prefix}{number}.pdf" for number in range(12)]
    library.aws.sqs.purge_queue(QueueUrl=library.stack.dead_letter_queue_url)  # of an earlier test: poison comes again
    upload_unheard(library, keys)
    dead_letters(library, *(created(library.stack.bucket, key) for key in keys))
    ill = answer(shell, "status", 1)
    assert ill["queues"]["dead"] == 12
    assert any("make redrive" in each for each in ill["wants"])

    done = shell.make("redrive", f"STACK={STACK_NAME}")
    assert done.returncode == 0, done.stderr
    assert "12 dead-lettered events are back in the queue" in done.stdout
    seconds_until(lambda: set(keys) <= library.manifest(prefix).keys(), "their documents in the manifest")
    settle(library)
    assert answer(shell, "redrive", 0)["moved"] == 0


def test_a_redrive_that_is_killed_half_way_loses_nothing(library: Library, shell: Shell, prefix: str) -> None:
    many, dead, queue = 200, library.stack.dead_letter_queue_url, library.stack.queue_url
    with one_batch(library):
        dead_letters(library, *(created(library.stack.bucket, f"{prefix}{number}.pdf") for number in range(many)))
        with begun(shell, "redrive", STACK_NAME) as redriving:
            seconds_until(lambda: waiting_events(library.aws, queue) > 20, "some moved")
            redriving.send_signal(signal.SIGKILL)
        moved = waiting_events(library.aws, queue)
        assert 20 < moved < many
        assert moved + waiting_events(library.aws, dead) >= many
        library.aws.sqs.purge_queue(QueueUrl=dead)
        library.aws.sqs.purge_queue(QueueUrl=queue)


def test_status_tells_an_alarm_by_its_page_and_is_well_when_all_is_mended(library: Library, shell: Shell) -> None:
    aws = library.aws
    found = aws.cloudformation.describe_stack_resource(StackName=STACK_NAME, LogicalResourceId="DeadEventsAlarm")
    alarm = found["StackResourceDetail"]["PhysicalResourceId"]
    aws.sqs.purge_queue(QueueUrl=library.stack.dead_letter_queue_url)
    assert answer(shell, "scan", 0)["count"] >= 0  # of everything: nothing an earlier test has left is dead or damaged
    aws.cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="a test")
    ill = shell.make("status", f"STACK={STACK_NAME}", "MANIFESTS=1")
    aws.cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="a test")
    assert ill.returncode != 0
    assert f"{STACK_NAME}: this needs you\n  DeadEventsAlarm is in ALARM" in ill.stdout
    assert "docs/runbook.md#deadeventsalarm" in ill.stdout
    well = answer(shell, "status", 0, MANIFESTS="3")
    assert well["wants"] == []
    assert len(well["manifests"]["shown"]) == 3 <= well["manifests"]["count"]
    assert well["scans"]["last"]["outcome"] == "complete"


def test_paused_it_keeps_events_and_resumed_it_takes_them(library: Library, shell: Shell, prefix: str) -> None:
    key = f"{prefix}q1.pdf"
    settle(library)
    paused = shell.make("pause", f"STACK={STACK_NAME}")
    try:
        assert paused.returncode == 0, paused.stderr
        assert "Events wait 4 days at most" in paused.stdout
        library.upload(key, PDF)
        assert "is paused" in run(shell, "scan", STACK_NAME).stderr
        told = answer(shell, "status", 1)
        assert told["paused"][:3] == ["events are not taken", "updates are stopped", "full scans are stopped"]
        assert told["queues"]["waiting"] == 1
        assert not library.shows(key)
        assert answer(shell, "resume", 0)["state"] == "running"
    finally:
        Breaker(library.aws, reached(library.aws, STACK_NAME)).resume()
    seconds_until(partial(library.shows, key), "the document listed")


def test_a_scan_that_ends_badly_says_why_and_one_that_is_interrupted_goes_on(
    library: Library, shell: Shell, prefix: str
) -> None:
    upload_unheard(library, [f"{prefix}{number}/q1.pdf" for number in range(3)])
    running = partial(executions, library, "RUNNING")
    with begun(shell, "scan", STACK_NAME, PREFIX=prefix, PLAN="2") as scanning:
        seconds_until(lambda: bool(running()), "the scan under way")
        (execution,) = running()
        scanning.send_signal(signal.SIGINT)
        _, said = scanning.communicate(timeout=10)
    assert scanning.returncode == 130
    assert f"The scan goes on; `make status STACK={STACK_NAME}`" in said
    assert execution in said
    assert library.output_of(execution)["count"] == 3

    with begun(shell, "scan", STACK_NAME, PREFIX=prefix, PLAN="2") as scanning:
        seconds_until(lambda: bool(running()), "the scan under way")
        library.aws.states.stop_execution(executionArn=running().pop(), error="Stopped", cause="by a test")
        told, said = scanning.communicate(timeout=10)
    assert (scanning.returncode, told) == (1, "")
    assert said.endswith("has aborted: Stopped by a test.\n")


def executions(library: Library, status: Any) -> set[str]:
    machine = library.stack.full_scan_machine
    found = library.aws.states.list_executions(stateMachineArn=machine, statusFilter=status)["executions"]
    return {each["executionArn"] for each in found}


def test_a_stack_that_is_not_there_or_not_named_is_one_clear_line(shell: Shell) -> None:
    for verb in ("status", "redrive", "scan", "pause", "resume"):
        nameless = shell.make(verb)
        assert nameless.returncode != 0
        assert nameless.stderr.startswith(f"Which stack? make {verb} STACK=pdf-links\n")
    done = run(shell, "status", "no-such-stack")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no stack no-such-stack" in done.stderr
    assert "Traceback" not in done.stderr
