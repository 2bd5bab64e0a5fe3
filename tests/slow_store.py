"""An S3 over HTTP that answers a scan until one request, which it lets hang."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.unit.scan.test_listing import answer, entry

_MANY = 20  # folders: more than are committed side by side

Hangs = Callable[[str, str | None], bool]
"""Of a request's method and, where it is a LIST, its prefix."""


class SlowStore(ThreadingHTTPServer):
    """Documents in `0/` to `19/`; manifests that are gone when they are looked at."""

    daemon_threads = True

    def __init__(self, hangs: Hangs) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hangs = hangs
        self.reached, self.released = threading.Event(), threading.Event()

    def environment(self) -> dict[str, str]:
        return {
            "S3_ENDPOINT_URL": f"http://127.0.0.1:{self.server_port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "BUCKET_NAME": "docs",
            "PREFIX": "",
        }

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SlowStore

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        prefix = query.get("prefix", [""])[0] if "list-type" in query else None
        self._hang_or_not(prefix)
        if prefix is None:
            self._answer(404, "<Error><Code>NoSuchKey</Code></Error>")
            return
        manifests = prefix.startswith("manifests/")
        name = "manifests/{}/manifest.jsonl" if manifests else "{}/1.pdf"
        keys = sorted(name.format(number) for number in range(_MANY))
        self._answer(200, answer(*map(entry, keys)).decode())

    def do_HEAD(self) -> None:
        self._hang_or_not(None)
        self._answer(404, "")

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._hang_or_not(None)
        self._answer(503, "<Error><Code>SlowDown</Code></Error>")

    def _hang_or_not(self, prefix: str | None) -> None:
        if self.server.hangs(self.command, prefix):
            self.server.reached.set()
            self.server.released.wait(100)

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def slow_store(hangs: Hangs) -> Iterator[SlowStore]:
    """It runs within the block; what hangs is let go at its end."""
    with SlowStore(hangs) as store:
        thread = threading.Thread(target=store.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield store
        finally:
            store.released.set()
            store.shutdown()
            thread.join()
