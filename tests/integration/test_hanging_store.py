"""A store that takes a request and never answers: a scan ends in its time, and at Ctrl-C at once."""

import os
import signal
import subprocess
import sys
import time

import pytest

from local.project import ROOT
from shared.domain.errors import OutOfTimeError, PrefixesFailedError
from tests.chaos.functions import cold_start
from tests.slow_store import Hangs, slow_store

PROMPTLY = 4.0  # seconds; a request that hangs is given up by the SDK after 15, and then tried again
HANGING: dict[str, Hangs] = {
    "the survey": lambda _method, prefix: prefix == "manifests/",
    "the listing": lambda _method, prefix: prefix == "",
    "a look": lambda method, _prefix: method == "HEAD",
    "the listing of one folder": lambda _method, prefix: prefix not in (None, "", "manifests/"),
}


class Context:
    """An invocation's, with so many seconds left."""

    aws_request_id = "id"

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - time.monotonic()) * 1000)


@pytest.mark.parametrize("hanging", HANGING)
def test_a_scan_answers_in_its_time(hanging: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with slow_store(HANGING[hanging]) as store:
        for name, value in store.environment().items():
            monkeypatch.setenv(name, value)
        functions = cold_start()
        context = Context(4)
        error = functions.scan("", context).error
        assert context.get_remaining_time_in_millis() > 500
    assert isinstance(error, OutOfTimeError | PrefixesFailedError), error
    assert "in time" in str(error) or "out of time" in str(error)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("hanging", HANGING)
def test_ctrl_c_ends_a_scan_at_once(hanging: str, number: signal.Signals) -> None:
    with slow_store(HANGING[hanging]) as store:
        scan = subprocess.Popen(
            [sys.executable, "-m", "local.laptop.invoke", "scan"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]} | store.environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert store.reached.wait(30)
            scan.send_signal(number)
            began = time.monotonic()
            _, errors = scan.communicate(timeout=20)
        finally:
            scan.kill()
            scan.communicate()
    assert time.monotonic() - began < PROMPTLY
    assert scan.returncode == 130
    assert errors.splitlines()[-1] == "Interrupted. What was committed stays."
    assert "Traceback" not in errors
