"""Lambda, as a function sees it: the runtime API, and Lambda's own client of it, which calls a handler of the zip.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import re
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

from local.kept import digest, kept
from local.project import ROOT, TOOLS
from local.uv import uv

PINNED = ROOT / "requirements" / "lambda.txt"
_ARN = "arn:aws:lambda:us-east-1:123456789012:function:zipped"
_SECONDS = 60  # until an answer is no longer waited for
_TIMEOUT = 300  # seconds, as a function sees it
_OUTCOME = re.compile(r"/2018-06-01/runtime/(?:invocation/([^/]+)/(response|error)|init/(error))").fullmatch
# -I and -S: no setting, no folder and no package of this machine. What one of them has compiled, the next need not.
_PROGRAM = "import sys; sys.path[:0] = sys.argv[2:]; from awslambdaric.__main__ import main; main(sys.argv)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function answered, or how it failed: `error` is the type. `request_id`: empty where it did not start."""

    request_id: str
    error: str | None
    body: Any


class _Api(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.events: Queue[tuple[str, bytes]] = Queue()
        self.answers: Queue[Answer] = Queue()


class _Requests(BaseHTTPRequestHandler):
    server: _Api
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Wait for an event: a function asks for its next, and sleeps until there is one."""
        assert self.path == "/2018-06-01/runtime/invocation/next"
        request_id, event = self.server.events.get()
        deadline = round((time.time() + _TIMEOUT) * 1000)
        told = {"Aws-Request-Id": request_id, "Deadline-Ms": str(deadline), "Invoked-Function-Arn": _ARN}
        self._answer(200, event, {f"Lambda-Runtime-{name}": value for name, value in told.items()})

    def do_POST(self) -> None:
        """Take what came of it."""
        outcome = _OUTCOME(self.path)
        assert outcome, self.path
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        failed = "error" in outcome.groups()
        self._answer(202, b'{"status": "OK"}', {})
        self.server.answers.put(Answer(outcome[1] or "", body["errorType"] if failed else None, body))

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Nothing: the function's own log is what is looked at."""


@dataclass(frozen=True, slots=True)
class Function:
    """One that runs, and waits for events."""

    api: _Api
    written: Path
    request_ids: list[str] = field(default_factory=list)

    def invoke(self, event: object) -> Answer:
        """Its answer to this event."""
        self.request_ids.append(str(uuid.uuid4()))
        self.api.events.put((self.request_ids[-1], json.dumps(event).encode()))
        answered = self.outcome()
        assert answered.request_id in ("", self.request_ids[-1])
        return answered

    def outcome(self) -> Answer:
        """What it says next: before any event, how it failed to start."""
        return self.api.answers.get(timeout=_SECONDS)

    def log(self) -> list[dict[str, Any]]:
        """All that it has written: lines of JSON, as Lambda is told with LogFormat."""
        return [json.loads(line) for line in self.written.read_text().splitlines()]


@dataclass(frozen=True, slots=True)
class Lambda:
    """Where functions run: Lambda's `python`, the zip unpacked in `task`, and a folder `work` of its own."""

    python: Path
    task: Path
    work: Path

    @contextmanager
    def running(self, function: str, env: Mapping[str, str]) -> Iterator[Function]:
        """One of the zip's functions, in a process that ends with the block."""
        written, api = self.work / f"{function}-{uuid.uuid4()}.log", _Api()
        started = partial(subprocess.Popen[bytes], cwd=self.task, env=_environment(env, self.task, api))
        with api, written.open("wb") as log, started(self._command(function), stdout=log, stderr=log) as process:
            threading.Thread(target=api.serve_forever, args=(0.01,), daemon=True).start()
            try:
                yield Function(api, written)
            finally:
                process.kill()
                api.shutdown()

    def _command(self, function: str) -> list[str | Path]:
        options = ["-I", "-S", "-W", "error", "-X", f"pycache_prefix={self.work / 'compiled'}"]
        handler = f"functions.{function}.handler.handler"
        return [self.python, *options, "-c", _PROGRAM, handler, self.task, _client(self.python)]


def _client(python: Path) -> Path:
    """Lambda's client, installed where it is missing or requirements/lambda.txt has changed."""
    return kept(TOOLS / "lambda", digest([PINNED], str(python)), partial(_install, python))


def _install(python: Path, folder: Path) -> None:
    uv(
        "pip",
        "install",
        "--target",
        folder,
        "--python",
        python,
        "--require-hashes",
        "--only-binary",
        ":all:",
        "-r",
        PINNED,
    )


def _environment(env: Mapping[str, str], task: Path, api: _Api) -> dict[str, str]:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
    return {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}",
        "AWS_LAMBDA_FUNCTION_NAME": "zipped",
        "AWS_LAMBDA_FUNCTION_VERSION": "7",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "LAMBDA_TASK_ROOT": str(task),
        **env,
    }
