"""Requests that meet: connections opened first, all but the last byte of each sent, then the last bytes at once."""

import http.client
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest

from local.laptop.check_store.trust import trusted

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_PATIENCE = 30  # seconds for a connection, and for an answer
_SETTLE = 0.05  # seconds in which the store may take in what was sent: the more it has, the closer the finish
_DEFAULT_PORT = {"http": 80, "https": 443}
_NOT_SENT = {"expect"}  # it would have the store ask for the body before it looks at the rest; no signature covers it


@dataclass(frozen=True, slots=True)
class Reply:
    """How the store answered: HTTP's status, 0 where it did not; and the body."""

    status: int
    body: bytes = b""

    @property
    def accepted(self) -> bool:
        """A 200 may still tell of an error: CompleteMultipartUpload begins to answer before it knows."""
        return self.status == 200 and b"<Error>" not in self.body  # noqa: PLR2004 -- OK

    @property
    def refused(self) -> bool:
        """Whether the store said that the condition does not hold."""
        return self.status in (404, 409, 412)


@dataclass(frozen=True, slots=True)
class Request:
    """A signed request: where it goes, and its bytes, body included (which is not empty)."""

    url: str
    message: bytes = field(repr=False)


class _SignedError(Exception):
    """Not an error: how a request leaves the SDK just before it would be sent."""

    def __init__(self, request: AWSPreparedRequest) -> None:
        super().__init__("signed, and not sent")
        self.request = request


def never_send(client: "S3Client") -> None:
    """Have this client sign its requests and keep them; see `signed`."""

    def keep(request: AWSPreparedRequest, **_: object) -> None:
        raise _SignedError(request)

    client.meta.events.register("before-send.s3", keep)


def signed(client: "S3Client", operation: str, parameters: Mapping[str, Any]) -> Request:
    """The request as the SDK itself would send it, signed in its headers. The client is one of `never_send`."""
    try:
        getattr(client, operation)(**parameters)
    except _SignedError as kept:
        return Request(kept.request.url, _message(kept.request))
    raise AssertionError("it was sent")


def race(requests: Sequence[Request]) -> list[Reply]:
    """Send them all at once; the replies in the same order. Raises OSError where the store cannot be reached."""
    connections: list[socket.socket] = []
    try:
        with ThreadPoolExecutor(len(requests)) as pool:
            connections += pool.map(_connect, (request.url for request in requests))
        for connection, request in zip(connections, requests, strict=True):
            connection.sendall(request.message[:-1])
        time.sleep(_SETTLE)
        for connection, request in zip(connections, requests, strict=True):
            with suppress(OSError):  # it has answered already, and hung up
                connection.sendall(request.message[-1:])
        return [_reply(connection) for connection in connections]
    finally:
        for connection in connections:
            connection.close()


def _message(request: AWSPreparedRequest) -> bytes:
    url = urlsplit(request.url)
    target = f"{url.path}?{url.query}" if url.query else url.path
    headers = {"Host": _host(request.url), **{name: _text(value) for name, value in request.headers.items()}}
    lines = [f"{name}: {value}\r\n" for name, value in headers.items() if name.lower() not in _NOT_SENT]
    body: Any = request.body
    content: bytes = body.read() if hasattr(body, "read") else body
    return f"{request.method} {target} HTTP/1.1\r\n{''.join(lines)}\r\n".encode("latin-1") + content


def _host(url: str) -> str:
    """As it was signed: without a default port."""
    parts = urlsplit(url)
    host = parts.netloc.lower()
    return host.removesuffix(f":{parts.port}") if parts.port == _DEFAULT_PORT[parts.scheme] else host


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = socket.create_connection((host, parts.port or _DEFAULT_PORT[parts.scheme]), timeout=_PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # no byte waits for another
    return trusted().wrap_socket(connection, server_hostname=host) if parts.scheme == "https" else connection


def _reply(connection: socket.socket) -> Reply:
    answer = http.client.HTTPResponse(connection)
    try:
        answer.begin()
        return Reply(answer.status, answer.read())
    except (OSError, http.client.HTTPException, ssl.SSLError):
        return Reply(0)
    finally:
        answer.close()
