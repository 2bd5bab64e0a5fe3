"""HTTP/1.1 messages as bytes: read from a connection, passed on as they came, or made up."""

import re
from dataclasses import dataclass
from http.client import HTTPResponse
from io import BufferedReader
from socket import socket

_HOP_BY_HOP = ("connection", "content-length", "transfer-encoding")
_EXPECT = re.compile(rb"(?im)^expect:[^\r\n]*\r\n")


@dataclass(frozen=True, slots=True)
class Request:
    """`head` is the start line and the headers, the empty line after them included."""

    head: bytes
    body: bytes

    @property
    def method(self) -> str:
        return self.head.split(b" ", 1)[0].decode("ascii")

    @property
    def target(self) -> str:
        return self.head.split(b" ", 2)[1].decode("ascii")

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return len(self.head) + len(self.body)

    def header(self, name: str) -> str | None:
        found = re.search(rb"(?im)^" + re.escape(name.encode()) + rb":[ \t]*([^\r\n]*?)[ \t]*\r$", self.head)
        return found[1].decode("latin-1") if found else None


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer. `promised` is the Content-Length it tells, a HEAD's too, which has no body."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    promised: int

    @property
    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {self.reason}", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, f"Content-Length: {self.promised}", "", ""]).encode("latin-1")


def read_request(stream: BufferedReader, connection: socket) -> Request | None:
    """The next request; None where the client has gone.

    A client that waits for `100 Continue` before it sends the body gets it here. The header that asked for it is taken
    out: it is never signed (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
    """
    head = _read_head(stream)
    if head is None:
        return None
    if _EXPECT.search(head):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    bare = Request(_EXPECT.sub(b"", head), b"")
    return Request(bare.head, stream.read(int(bare.header("content-length") or 0)))


def _read_head(stream: BufferedReader) -> bytes | None:
    lines = []
    while line := stream.readline():
        lines.append(line)
        if line == b"\r\n":
            return b"".join(lines)
    return None


def read_reply(connection: socket, method: str) -> tuple[Reply, bool]:
    """The server's answer, and whether the connection can be used again. Raises what the socket raises."""
    answer = HTTPResponse(connection, method=method)
    try:
        answer.begin()
        promised, body = answer.length, answer.read()
    finally:
        answer.close()
    if method == "HEAD":
        promised = int(answer.headers.get("Content-Length", 0))
    headers = tuple((name, value) for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP)
    reply = Reply(answer.status, answer.reason, headers, body, len(body) if promised is None else promised)
    return reply, not answer.will_close
