"""What a commit changes: an update's lines, a rebuild's lines. Pure, and the same for every store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.archive import AT_ONCE
from shared.domain.instant import earliest
from shared.domain.manifest import Document, Line, marker, unsealed
from shared.domain.signing import Signing


def unsealed_lines(documents: Sequence[Document], signing: Signing) -> tuple[bytes, str | None]:
    """What a listing showed, a line a document, without revisions; and the first of their links to expire."""
    link, expires_at = signing.link, signing.expires_at
    lines = "".join([unsealed(document, link(document.key), expires_at) for document in documents])
    accesses = {document.access for document in documents}
    if expires_at is None or accesses == {AT_ONCE}:
        return lines.encode(), expires_at
    ends = [earliest(expires_at, access.restored_until) for access in accesses if not access.archived]
    return lines.encode(), min(filter(None, ends), default=None)


@dataclass(frozen=True, slots=True)
class Tally:
    """What an update did to the view of its readers."""

    added: int = 0
    removed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.added + other.added, self.removed + other.removed, self.unchanged + other.unchanged)


def observed(seen: Mapping[str, Document | None], revision: int, signing: Signing) -> list[Line]:
    """A line for every key that was looked at, each link new."""
    return [_line(key, document, revision, signing) for key, document in seen.items()]


def updated(
    lines: Mapping[str, Line], seen: Mapping[str, Document | None], revision: int, signing: Signing
) -> tuple[list[Line], Tally]:
    """A small manifest after an update: one line a key, those looked at last and stamped, no dead link among the rest.

    Every key that was looked at gets a line, also where the manifest says the same or never heard of it: that write is
    what makes a slower writer, which saw the opposite a moment ago, fail and look again.
    """
    kept = [_refreshed(line, signing) for key, line in lines.items() if key and key not in seen]
    new = [_stamped(lines.get(key), key, document, revision, signing) for key, document in seen.items()]
    return kept + new, tally(lines, seen)


def tally(lines: Mapping[str, Line] | None, seen: Mapping[str, Document | None]) -> Tally:
    """Count against the lines known before; where none were read, whatever was looked at counts as changed."""
    added = removed = 0
    for key, document in seen.items():
        before = lines.get(key) if lines else None
        if document is not None:
            added += not (before and before.shows(document))
        else:
            removed += lines is None or (before is not None and not before.deleted)
    return Tally(added, removed, len(seen) - added - removed)


def newer(lines: Iterable[Line], revision: int) -> dict[str, Line]:
    """Of every key the last line, where it was observed after that revision, `deleted` ones too: a rebuild's to keep.

    Nothing else is held: what is read may be of any size.
    """
    kept: dict[str, Line] = {}
    for line in lines:
        kept.pop(line.key, None)
        if line.revision > revision:
            kept[line.key] = line
    return kept


def resigned(lines: Iterable[Line], signing: Signing) -> Iterator[Line]:
    """The same lines, every link new."""
    return (line.signed(signing.link(line.key), signing.expires_at) for line in lines)


def with_own_line(lines: list[Line], revision: int, others: Iterable[int] = ()) -> list[Line]:
    """The lines, ending with the marker where neither they nor the `others` beside them carry the commit's revision.

    An ETag is a hash of the bytes: without a line of its own, two commits could have the same one.
    """
    if revision in others or any(line.revision == revision for line in lines):
        return lines
    return [*lines, marker(revision)]


def _line(key: str, document: Document | None, revision: int, signing: Signing) -> Line:
    if document is None:
        return Line.gone(key, revision)
    return Line.of(document, signing.link(key), signing.expires_at, revision)


def _stamped(before: Line | None, key: str, document: Document | None, revision: int, signing: Signing) -> Line:
    line = _line(key, document, revision, signing)
    if before and document and before.shows(document) and _fresh(before, signing):
        return line.signed(before.url or "", before.expires_at)
    return line


def _refreshed(line: Line, signing: Signing) -> Line:
    if _fresh(line, signing):
        return line
    return line.signed(signing.link(line.key), signing.expires_at)


def _fresh(line: Line, signing: Signing) -> bool:
    return line.url is not None and signing.keeps(line.key, line.url, line.expires_at)
