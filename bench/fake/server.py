"""A store in memory over HTTP/1.1, on a port of its own."""

import asyncio
from urllib.parse import parse_qs, unquote, urlsplit

from bench.fake.objects import Answer, Asked
from bench.fake.store import Store

_DATE = "Thu, 02 Apr 2026 08:00:00 GMT"
_LONGEST_LINE = 2**20  # bytes


async def serve(store: Store) -> None:
    """Print the port, then answer until killed."""
    server = await asyncio.start_server(lambda *ends: _serve(store, *ends), "127.0.0.1", 0, limit=_LONGEST_LINE)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _serve(store: Store, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while asked := await _read(reader, writer):
            answer = await store.answer(asked)
            writer.write(_head(answer))
            if asked.method != "HEAD":
                writer.writelines(answer.body.pieces)
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass  # whoever asked is gone: killed, or done
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Asked | None:
    line = await reader.readline()
    if not line:
        return None
    method, target, _ = line.decode().split(" ", 2)
    headers = {}
    while (header := await reader.readline()) not in (b"\r\n", b""):
        name, _, value = header.decode().partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("expect") == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await reader.readexactly(int(headers.get("content-length") or 0))
    url = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
    return Asked(method, _key(unquote(url.path)[1:]), query, headers, body)


def _key(path: str) -> str:
    """Path-style: the bucket comes first. Not before what whoever measures asks."""
    return path if path.startswith("_") else path.partition("/")[2]


def _head(answer: Answer) -> bytes:
    headers = {"Content-Length": str(answer.body.size), "Date": _DATE, **answer.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {answer.status} X\r\n{lines}\r\n".encode()
