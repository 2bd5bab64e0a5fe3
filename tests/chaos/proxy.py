"""A proxy in front of a real S3 server: it counts what passes, and breaks the requests it is told to break.

Signatures cover the Host header, so a request is passed on as it came.
"""

import select
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock, Thread, Timer
from urllib.parse import urlsplit

from tests.chaos.messages import Reply, Request, read_reply, read_request
from tests.chaos.operations import Operation

PATIENCE = 60  # seconds; no server a test starts takes longer to answer


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """One request: the `occurrence`-th of its operation, from 0, the SDK's own retries counted too."""

    operation: Operation
    occurrence: int

    def __str__(self) -> str:
        return f"{self.operation} #{self.occurrence}"


@dataclass(slots=True)
class Traffic:
    """What passed: requests in the order of their arrival, bytes on the wire, which requests were broken."""

    calls: list[Call] = field(default_factory=list)
    sent: int = 0
    received: int = 0
    broken: list[Call] = field(default_factory=list)
    late: list[Thread] = field(default_factory=list)


class Exchange:
    """One request on its way, in the hands of what may break it."""

    def __init__(self, request: Request, client: socket.socket, server: "_Server", traffic: Traffic) -> None:
        self.request = request
        self._client, self._server, self._traffic = client, server, traffic
        self.open = True

    def forward(self) -> Reply:
        """Have the server act."""
        return self._server.ask(self.request)

    def forward_late(self, seconds: float) -> None:
        """Have the server act when the client has long gone, which `cut` sends away."""
        server = self._server.another()

        def act() -> None:
            with closing(server), suppress(OSError):
                server.ask(self.request)

        late = Timer(seconds, act)
        self._traffic.late.append(late)
        late.start()

    def answer(self, reply: Reply, promised_body: float = 1.0) -> None:
        """Send an answer, or only that share of its body; then the connection is cut."""
        body = reply.body[: int(len(reply.body) * promised_body)]
        self._traffic.received += len(reply.head) + len(body)
        self._client.sendall(reply.head + body)
        if promised_body < 1:
            self.cut()

    def cut(self) -> None:
        self.open = False

    def wait_until_client_leaves(self, seconds: float) -> None:
        """Say nothing until the client gives up, or for so long."""
        select.select([self._client], [], [], seconds)
        self.cut()


Break = Callable[[Exchange], None]
Plan = Callable[[Call], Break | None]


class _Server:
    """One connection to the server, opened when it is needed, and again where the server has closed it."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._connection: socket.socket | None = None

    def ask(self, request: Request) -> Reply:
        connection = self._connected()
        try:
            connection.sendall(request.head + request.body)
            reply, reusable = read_reply(connection, request.method)
        except BaseException:
            self.close()
            raise
        if not reusable:
            self.close()
        return reply

    def another(self) -> "_Server":
        return _Server(self._address)

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _connected(self) -> socket.socket:
        if self._connection and select.select([self._connection], [], [], 0)[0]:
            self.close()  # nothing is asked, so what can be read is the end
        if not self._connection:
            self._connection = socket.create_connection(self._address, timeout=PATIENCE)
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._connection


class Proxy:
    """Listens on a port of its own. One thing at a time is watched; what comes unwatched passes unbroken."""

    def __init__(self, endpoint_url: str) -> None:
        url = urlsplit(endpoint_url)
        assert url.hostname
        self._upstream = (url.hostname, url.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = Lock()
        self._clients: set[socket.socket] = set()
        self._threads: list[Thread] = []
        self._seen: Counter[Operation] = Counter()
        self._traffic = Traffic()
        self._plan: Plan = _unbroken

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @contextmanager
    def watch(self, plan: Plan | None = None) -> Iterator[Traffic]:
        """Count from nought, and break what the plan says, until the block ends and the last request has landed."""
        traffic = Traffic()
        self._begin_to_count(traffic, plan or _unbroken)
        try:
            yield traffic
        finally:
            self._begin_to_count(Traffic(), _unbroken)
            for late in traffic.late:
                late.join()

    def _begin_to_count(self, traffic: Traffic, plan: Plan) -> None:
        with self._lock:
            self._seen, self._traffic, self._plan = Counter(), traffic, plan

    def start(self) -> None:
        self._begin(self._accept)

    def stop(self) -> None:
        """Cut every connection and wait for the threads to end."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for client in self._clients:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)

    def _begin(self, work: Callable[[], None]) -> None:
        thread = Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):  # the listener is closed to end this
            while True:
                client, _ = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._begin(lambda client=client: self._serve(client))  # type: ignore[misc]  # bound now, not later

    def _serve(self, client: socket.socket) -> None:
        server = _Server(self._upstream)
        with self._lock:
            self._clients.add(client)
        try:
            with suppress(OSError), client, client.makefile("rb") as stream:  # either side may go at any time
                while request := read_request(stream, client):
                    if not self._pass(request, client, server):
                        return
        finally:
            server.close()
            with self._lock:
                self._clients.discard(client)

    def _pass(self, request: Request, client: socket.socket, server: _Server) -> bool:
        traffic, action = self._note(request)
        exchange = Exchange(request, client, server, traffic)
        (action or _pass_on)(exchange)
        return exchange.open

    def _note(self, request: Request) -> tuple[Traffic, Break | None]:
        operation = Operation.of(request)
        with self._lock:
            traffic = self._traffic
            call = Call(operation, self._seen[operation])
            self._seen[operation] += 1
            traffic.calls.append(call)
            traffic.sent += request.size
            action = self._plan(call)
            if action:
                traffic.broken.append(call)
            return traffic, action


def _unbroken(_: Call) -> None:
    return None


def _pass_on(exchange: Exchange) -> None:
    exchange.answer(exchange.forward())


@contextmanager
def proxy_for(endpoint_url: str) -> Iterator[Proxy]:
    proxy = Proxy(endpoint_url)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
