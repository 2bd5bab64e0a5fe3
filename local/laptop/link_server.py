"""open_link on this machine: a server that makes events of requests; the handler is the one that is deployed.

python -m local.laptop.link_server PORT    the environment is the function's own
"""

import sys
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from functions.open_link.handler import handler
from local.laptop.context import Context
from local.signals import end_like_ctrl_c

_SECONDS = 15  # as the template gives it
_ONE_AT_A_TIME = Lock()  # as in one environment of Lambda; connections wait side by side


def event_of(method: str, target: str, headers: dict[str, str]) -> dict[str, Any]:
    """A request in payload 2.0: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads."""
    path, _, query = target.partition("?")
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {"domainName": "127.0.0.1", "http": {"method": method, "path": path}},
    }


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    error_message_format = "This is no request that can be answered.\n"
    error_content_type = "text/plain"

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- what is looked for is a method
        """Which methods there are is the handler's to say."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        with _ONE_AT_A_TIME:
            answer = handler(event_of(self.command, self.path, dict(self.headers)), Context(_SECONDS))
        body = b64decode(answer["body"]) if answer.get("isBase64Encoded") else answer["body"].encode()
        self.close_connection = self.close_connection or "content-length" in self.headers  # a body nobody has read
        self.send_response(answer["statusCode"])
        for name, value in answer["headers"].items():
            self.send_header(name, value)
        if self.command != "HEAD":  # of which nobody knows how long its GET's answer would be
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Nothing: a path is a secret. The handler logs what can be told."""


def main() -> None:
    """Serve until somebody ends it."""
    end_like_ctrl_c()
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Requests)
    server.daemon_threads = True
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
