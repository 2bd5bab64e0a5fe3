"""All that a scan asks of LIST: the manifests of a range, its documents, folders alone."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from shared.domain.deadline import Deadline
from shared.domain.documents import Folder, Layout, Place
from shared.domain.manifest import Document
from shared.domain.ranges import Range
from shared.domain.signing import Signing
from shared.scan.ahead import Work, Write, deliver
from shared.scan.boundaries import boundaries, known, of_folders
from shared.scan.listing import Listing, out_of_order
from shared.scan.survey import MOST, Survey, Surveyed
from shared.scan.window import Window
from shared.store.manifests import ManifestStore
from shared.store.pages import PAGE, Page

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

_SEAM_TRIES = 3  # documents may come and go between the two listings that are compared


@dataclass(frozen=True, slots=True)
class Tools:
    """What a scan works with. `client` has `pages.read_pages_fast` installed."""

    client: "S3Client"
    store: ManifestStore
    layout: Layout
    signing: Callable[[str], Signing]
    queue_max: int


class Enough(Exception):  # noqa: N818 -- no error: whoever is told of pages wants no more of them
    """The listing is to end here."""


class Reading:
    """What is listed of one bucket, within the time there is; all of it shares one window."""

    def __init__(self, tools: Tools, bucket: str, deadline: Deadline) -> None:
        self._tools, self._bucket, self._deadline = tools, bucket, deadline
        self._window = Window(tools.queue_max, PAGE)
        self._starts_anywhere = True
        self.pages = 0
        """Of keys, that the store has shown."""

    async def survey(self, own: Range) -> Survey:
        """The manifests of a range, or of its beginning: to be asked for before the first document."""
        survey, home = Survey(own), self._tools.layout.home(self._bucket)

        def note(folder: str, entry: Document) -> None:
            survey.note(folder, entry)
            if len(survey.manifests) == MOST:
                survey.end_at(folder, entry.key.removeprefix(home.key))
                raise Enough

        with suppress(Enough):
            await self.manifests(own, note)
        return survey

    async def manifests(self, own: Range, note: Callable[[str, Document], None]) -> None:
        """Have every manifest of a range noted, with the prefix that it is of."""
        home = self._tools.layout.home(self._bucket)

        async def each(page: Page) -> None:
            for entry in page:
                if folder := self._tools.layout.folder_of(self._bucket, entry.key):
                    note(folder.prefix, entry)

        await self._list(home.bucket, own.below(home.key), each, Survey(own))

    async def documents(self, survey: Survey, write: Write) -> None:
        """Have every page of the surveyed range written."""
        source = await self._list(self._bucket, survey.range, write, survey)
        self._starts_anywhere = source.starts_anywhere

    async def alone(self, prefix: str, write: Write, manifest: Surveyed) -> None:
        """Have every page of one folder written; of those below it none, where they have manifests of their own."""
        survey = Survey(Range(prefix))
        survey.manifests[prefix] = manifest
        flat = not self._tools.layout.covers(prefix)
        await self._list(self._bucket, survey.range, write, survey, flat=flat)

    async def require_seams(self, survey: Survey, passed: str) -> None:
        """The range after this one begins where this one ended: else there were keys between them in neither.

        That holds for documents, of which `passed` was the last that was listed, and for manifests. Raises
        StoreUnfitError.
        """
        own, home = survey.range, self._tools.layout.home(self._bucket)
        if own.until and self._starts_anywhere:
            await self._require_seam(self._bucket, own, passed)
            manifests = own.below(home.key)
            names = (self._tools.layout.manifest_of(Folder(self._bucket, each)).key for each in survey.manifests)
            await self._require_seam(home.bucket, manifests, max(filter(manifests.contains, names), default=""))

    async def _require_seam(self, bucket: str, own: Range, passed: str) -> None:
        for _ in range(_SEAM_TRIES):
            here = await self._first_beyond(bucket, own, passed or own.after)
            if here == (there := await self._first_beyond(bucket, own, own.until or "")):
                return
        told = f"the store lists {there!r} after {own.until!r}, and {here!r} on the way there"
        raise out_of_order(f"{Folder(bucket, own.prefix)}: {told}")

    async def _first_beyond(self, bucket: str, own: Range, after: str) -> str | None:
        """The first key past the range that a listing comes to which begins after that key."""
        open_ended = replace(own, after=after, until=None)
        async for page in self._source(bucket, own.prefix, flat=False).after(open_ended.after).pages():
            self._deadline.require(f"listing what follows {own.until!r}")
            if found := next((found.key for found in page if own.is_past(found.key)), None):
                return found
        return None

    async def _list(self, bucket: str, own: Range, write: Write, survey: Survey, *, flat: bool = False) -> Listing:
        """Have every page of a range written; `survey` tells where to cut it, to be listed side by side."""
        place, size = Place(bucket, own.prefix), self._window.size
        manifests = partial(known, survey.manifests, self._tools.layout, Folder(self._bucket, own.prefix), flat=flat)

        async def in_time(page: Page) -> None:
            self._deadline.require(f"listing the rest of {place}")
            self.pages += 1
            await write(page)

        source = self._source(bucket, own.prefix, flat=flat)
        cuts = partial(boundaries, self._tools.client, place, manifests, size)
        await self._deliver(Work(source.after, own, cuts), in_time)
        return source

    async def folders(self, prefix: str) -> list[str]:
        """The names of the uppermost folders, of as many levels as make some dozens."""
        return await of_folders(self._tools.client, Place(self._bucket, prefix))

    def _source(self, bucket: str, prefix: str, *, flat: bool) -> Listing:
        return Listing(self._tools.client, Place(bucket, prefix), self._window.size, flat=flat)

    async def _deliver(self, work: Work, write: Write) -> None:
        await deliver(work, write, self._window)
