"""From what a batch of messages says to manifests brought up to date: one commit a prefix, prefixes side by side."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from shared.deadline import Deadline
from shared.documents import Folder, Layout, Place
from shared.events import Batch, Change, Notice
from shared.publish import Published, Publisher
from shared.telemetry import logger

_AT_ONCE = 8  # prefixes


@dataclass(slots=True)
class Delivery:
    """What became of a batch. A notice failed where its own `error` or one of its folders in `failed` says so."""

    published: list[Published] = field(default_factory=list)
    failed: dict[Folder, Exception] = field(default_factory=dict)
    ignored: int = 0


@dataclass(frozen=True, slots=True)
class Router:
    """Which of the changes are documents, and which folder each belongs to."""

    layout: Layout

    def folder_of(self, change: Change) -> Folder | None:
        """None: not a document, or one whose manifest could have no name (logged: no redelivery would help)."""
        if not self.layout.is_document(change.bucket, change.key):
            return None
        folder = Folder(change.bucket, self.layout.prefix_of(change.key))
        if Place(change.bucket, change.key).fits and self.layout.manifest_of(folder).fits:
            return folder
        logger.error(
            "document ignored: its key or its manifest's name is longer than S3 allows",
            bucket=folder.bucket,
            prefix=folder.prefix,
            key=change.key,
        )
        return None

    def failure_of(self, notice: Notice, delivery: Delivery) -> Exception | None:
        """Why not all of a notice's documents are in their manifests; None: they are."""
        if notice.error:
            return notice.error
        folders = (self.folder_of(change) for change in notice.changes) if delivery.failed else ()
        return next((delivery.failed[folder] for folder in folders if folder in delivery.failed), None)


def deliver(batch: Batch, publisher: Publisher, layout: Layout, deadline: Deadline) -> Delivery:
    """Publish every document the batch speaks of. A folder that fails does not fail the others."""
    delivery = Delivery(ignored=sum(notice.ignored for notice in batch.notices))
    folders: dict[Folder, dict[str, None]] = {}
    for change in _changes(batch):
        if folder := Router(layout).folder_of(change):
            folders.setdefault(folder, {})[change.key] = None
        else:
            delivery.ignored += 1

    def publish(folder: Folder) -> None:
        try:
            delivery.published.append(publisher.publish(folder, list(folders[folder]), deadline))
        except Exception as error:  # noqa: BLE001 -- told for this folder's messages, and only for them
            delivery.failed[folder] = error

    with ThreadPoolExecutor(min(_AT_ONCE, len(folders) or 1)) as pool:
        list(pool.map(publish, folders))
    return delivery


def _changes(batch: Batch) -> Iterable[Change]:
    return (change for notice in batch.notices for change in notice.changes)
