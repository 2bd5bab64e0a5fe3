"""The records of shares, in a bucket of their own: whoever may upload documents can make no share.

A record is called by the digest of its share's id, and nothing in it, or about it, tells the id.
"""

import re
from collections.abc import Iterable
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from shared.domain.documents import Place
from shared.domain.errors import ShareDamagedError, StoreUnavailableError
from shared.domain.sharing import LONGEST_RECORD, Share, digest
from shared.store.failures import BROKEN, explain
from shared.store.looks import look_inside, size_of
from shared.store.walk import Walk

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_DIGEST = re.compile(r"[0-9a-f]{64}").fullmatch

Kept = Share | ShareDamagedError | None
"""A record as it was found: what it says, why it says nothing, or that it is gone."""


class Shares:
    """Each method raises what S3's answer means; that it may not be looked at is never read as "there is none"."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def find(self, share_id: str) -> Share | None:
        """The share of that id, open or ended; one request. Raises ShareDamagedError."""
        return self.read(digest(share_id))

    def read(self, name: str) -> Share | None:
        """The share whose record is called so. Raises ShareDamagedError, which names the record."""
        place = Place(self._bucket, name)
        if (found := look_inside(self._client, place, LONGEST_RECORD)) is None:
            return None
        answer, record = found
        if (size := size_of(answer)) > LONGEST_RECORD:
            raise ShareDamagedError(f"{place} is not the record of a share: it has {size} bytes. It opens nothing.")
        if len(record) < size:
            raise StoreUnavailableError(f"GET {place}: its bytes broke off. It is to be tried again.")
        try:
            return Share.parse(record)
        except ShareDamagedError as error:
            raise ShareDamagedError(f"{place} {error}. It opens nothing.") from error

    def put(self, share_id: str, share: Share) -> None:
        place = Place(self._bucket, digest(share_id))
        body, kind = share.encode(), "application/json"
        try:
            self._client.put_object(Bucket=place.bucket, Key=place.key, Body=body, ContentType=kind)
        except BROKEN as error:
            raise explain(error, "PUT", place) from error

    def delete(self, name: str) -> None:
        """Take back the share whose record is called so: it is read at every click."""
        place = Place(self._bucket, name)
        try:
            self._client.delete_object(Bucket=place.bucket, Key=place.key)
        except BROKEN as error:
            raise explain(error, "DELETE", place) from error

    def names(self) -> list[str]:
        """What the records are called; nothing else is one. The client has `pages.read_pages_fast` installed."""
        return [found.key for found in Walk(self._client).all(Place(self._bucket, "")) if _DIGEST(found.key)]

    def read_all(self, names: Iterable[str], pool: Executor) -> dict[str, Kept]:
        """Each of these records, read side by side."""
        wanted = list(names)
        return dict(zip(wanted, pool.map(self._kept, wanted), strict=True))

    def _kept(self, name: str) -> Kept:
        try:
            return self.read(name)
        except ShareDamagedError as error:
            return error
