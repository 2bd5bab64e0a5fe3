"""From what a batch of messages says to manifests brought up to date: one commit a prefix, prefixes side by side."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.deadline import RESERVE, Deadline
from shared.domain.documents import LONGEST_KEY, Folder, Layout, Place
from shared.domain.errors import OutOfTimeError, PrefixesFailedError
from shared.domain.events import Batch, Change, Notice
from shared.telemetry import logger, warn_of_dot_segments
from shared.update.publish import Published, Publisher

_AT_ONCE = 8  # prefixes


@dataclass(slots=True)
class Delivery:
    """What became of a batch. `failed` says, by folder and key, why a document is not in its manifest."""

    published: list[Published] = field(default_factory=list)
    failed: dict[Folder, Mapping[str, Exception]] = field(default_factory=dict)
    ignored: int = 0
    since: dict[Folder, datetime] = field(default_factory=dict)
    """By folder the time of the oldest event of it, where events tell."""

    def note(self, folder: Folder, change: Change) -> None:
        """Keep the oldest."""
        if change.at:
            self.since[folder] = min(change.at, self.since.get(folder, change.at))

    def reasons(self) -> Iterator[tuple[Folder, list[str], Exception]]:
        """Every failure once, with the keys it is about."""
        for folder, failed in self.failed.items():
            for reason in dict.fromkeys(failed.values()):
                yield folder, [key for key, error in failed.items() if error is reason], reason


@dataclass(frozen=True, slots=True)
class Router:
    """Which of the changes are documents, and which folder each belongs to."""

    layout: Layout

    def folder_of(self, change: Change) -> Folder | None:
        """None: not a document, or one whose manifest could have no name."""
        if not self.layout.is_document(change.bucket, change.key):
            return None
        folder = Folder(change.bucket, self.layout.prefix_of(change.key))
        fits = Place(change.bucket, change.key).fits and self.layout.manifest_of(folder).fits
        return folder if fits else None

    def tell_ignored(self, change: Change) -> None:
        """A document that can have no manifest is an error in the log: no redelivery would help."""
        if self.layout.is_document(change.bucket, change.key):
            logger.error(
                "document ignored: its key or its manifest's name is longer than S3 allows",
                bucket=change.bucket,
                prefix=self.layout.prefix_of(change.key)[:LONGEST_KEY],
                key=change.key[:LONGEST_KEY],
            )

    def failure_of(self, notice: Notice, delivery: Delivery) -> Exception | None:
        """Why not all of a notice's documents are in their manifests; None: they are."""
        if notice.error:
            return notice.error
        for change in notice.changes if delivery.failed else ():
            folder = self.folder_of(change)
            if folder and (error := delivery.failed.get(folder, {}).get(change.key)):
                return error
        return None


def deliver(batch: Batch, publisher: Publisher, layout: Layout, deadline: Deadline) -> Delivery:
    """Publish every document the batch speaks of. A folder that fails, or hangs, does not fail the others."""
    delivery = Delivery(ignored=sum(notice.ignored for notice in batch.notices))
    folders = _routed(batch, Router(layout), delivery)
    pool = ThreadPoolExecutor(min(_AT_ONCE, len(folders) or 1))
    running = {pool.submit(publisher.publish, folder, list(keys), deadline): folder for folder, keys in folders.items()}
    wait(running, timeout=max(0.0, deadline.left()) + RESERVE / 2)
    pool.shutdown(wait=False, cancel_futures=True)  # what hangs may end when it likes: its commit is conditional
    for future, folder in running.items():
        _note(delivery, folder, folders[folder], future)
    return delivery


def _routed(batch: Batch, router: Router, delivery: Delivery) -> dict[Folder, dict[str, None]]:
    """The keys of every folder, each once."""
    folders: dict[Folder, dict[str, None]] = {}
    for change in (change for notice in batch.notices for change in notice.changes):
        if folder := router.folder_of(change):
            folders.setdefault(folder, {})[change.key] = None
            delivery.note(folder, change)
        else:
            delivery.ignored += 1
            router.tell_ignored(change)
    for folder, keys in folders.items():
        for key in keys:
            warn_of_dot_segments(folder.bucket, folder.prefix, key)
    return folders


def _note(delivery: Delivery, folder: Folder, keys: Iterable[str], future: Future[Published]) -> None:
    if not future.done() or future.cancelled():
        error = OutOfTimeError(f"{folder}: the store did not answer in time. It is to be tried again.")
        delivery.failed[folder] = dict.fromkeys(keys, error)
    elif raised := future.exception():
        delivery.failed[folder] = _reasons(raised, keys)
    else:
        published = future.result()
        delivery.published.append(published)
        if published.failed:
            delivery.failed[folder] = published.failed


def _reasons(raised: BaseException, keys: Iterable[str]) -> Mapping[str, Exception]:
    if isinstance(raised, PrefixesFailedError):  # each document's own
        return raised.failed
    return dict.fromkeys(keys, raised if isinstance(raised, Exception) else RuntimeError(repr(raised)))
