"""A folder's spool that is being written; what has grown large is sent while the listing goes on."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO

import aiofiles.threadpool

from shared.domain.deadline import Deadline
from shared.domain.errors import SpoolError
from shared.domain.manifest import Document
from shared.domain.merge import unsealed_lines
from shared.domain.signing import Signing
from shared.scan import spool
from shared.scan.spool import Spool
from shared.store.manifests import ManifestStore
from shared.store.stored import Stored

Run = Callable[[Callable[[], None]], Awaitable[None]]
"""Begins work in a thread; whoever awaits it gets its error, and may await it again if he stopped waiting."""
StartOf = Callable[[str], Awaitable[Stored]]
"""A prefix's manifest as it was before the listing began. Raises Postponed where nobody knows any more."""


class Stager:
    """What drafts need to send what has grown large."""

    def __init__(self, store: ManifestStore, deadline: Deadline, start_of: StartOf, run: Run) -> None:
        self._store, self._deadline, self._start_of, self.run = store, deadline, start_of, run

    async def begin(self, prefix: str, grown: Spool) -> None:
        start = await self._start_of(prefix)
        grown.grow(start, self._store.staging(start.place))

    def send(self, grown: Spool, piece: spool.Piece) -> Awaitable[None]:
        return self.run(partial(grown.send, piece, self._deadline))


class Draft:
    """What fails of one folder's is its own: `failure`, for whoever settles it. A full disk is everybody's."""

    def __init__(self, prefix: str, stager: Stager) -> None:
        self.prefix = prefix
        self.failure: Exception | None = None
        self._stager = stager
        self._raw, self._file = _opened()
        self._spool = Spool(self._raw)
        self._sending: Awaitable[None] | None = None

    async def write(self, documents: list[Document], signing: Signing) -> None:
        if self.failure:
            return
        lines, first_expiry = unsealed_lines(documents, signing)
        await self._file.write(lines)
        self._spool.count(len(lines), len(documents), first_expiry)
        if self._spool.piece.size >= spool.PIECE:
            await self._send()

    async def finished(self) -> Spool | Exception:
        """All of it, when what is on its way has been sent; or why not."""
        await self._sent()
        if self.failure:
            await self.drop()
        return self.failure or self._spool

    async def drop(self) -> None:
        """Nothing of it is wanted, nor what sending it failed of."""
        with suppress(SpoolError):
            await self._sent()
        if self._spool.is_staged:
            await self._stager.run(self._spool.close)
        else:
            self._spool.close()

    async def _send(self) -> None:
        """One piece at a time, so that no more than two are on disk."""
        await self._sent()
        try:
            if not self.failure and not self._spool.is_staged:
                await self._stager.begin(self.prefix, self._spool)
        except SpoolError:
            raise
        except Exception as error:  # noqa: BLE001 -- one folder that fails does not stop the others
            self.failure = error
        if not self.failure:
            self._raw, self._file = _opened()
            self._sending = self._stager.send(self._spool, self._spool.cut(self._raw))

    async def _sent(self) -> None:
        """Whoever does not wait to the end leaves it to the next: what a thread still sends cannot be dropped yet."""
        try:
            if self._sending:
                await self._sending
        except SpoolError:
            self._sending = None
            raise
        except Exception as error:  # noqa: BLE001 -- as above
            self.failure = self.failure or error
        self._sending = None


def _opened() -> tuple[BinaryIO, Any]:
    raw = spool.new_file()
    return raw, aiofiles.threadpool.wrap(raw)
