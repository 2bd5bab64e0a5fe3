"""What manifests say against what a LIST shows, in a few bytes a document, or a folder. Pure.

The reading rule counts: the last line of a key; what is deleted is not there, what is archived is. Keys and lines are
kept as Python's own hashes, 64 bits under a key of this process: of a million no two are the same but once in ten
million audits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.operating.leading import anywhere
from shared.domain.archive import TIERED
from shared.domain.manifest import Document, Line

Leads = Callable[[str, str], bool]
"""Whether, of this key, this link leads to its document."""

_BITS = (1 << 64) - 1
KINDS = {
    "missing": "documents without a line",
    "surplus": "lines without a document",
    "changed": "lines of another size or ETag than the document",
    "archived": "lines with a link to what is archived, or without one to what is not",
    "dead": "links that have ended",
    "unreadable": "lines without a link, and not archived",
    "astray": "links that do not lead to their document",
}


_FLAWS = ("dead", "unreadable", "astray")  # of lines, whatever the bucket has


def mark(seen: Document | Line) -> int:
    """Of what a line has in common with its document."""
    return _mark(seen, archived=seen.access.archived)


def _mark(seen: Document | Line, *, archived: bool) -> int:
    return hash((seen.key, seen.size, seen.etag, archived))


@dataclass(slots=True)
class Digest:
    """Of a set of marks, in whatever order they come."""

    count: int = 0
    total: int = 0

    def add(self, mark: int) -> None:
        self.count += 1
        self.total = (self.total + mark) & _BITS


class Lines:
    """What the lines of one manifest say, by the hashes of their keys. `flaws`: what is wrong with some, by itself."""

    def __init__(self, now: str, leads: Leads = anywhere) -> None:
        self._now, self._leads = now, leads
        self.marks: dict[int, int] = {}
        self.flaws: dict[int, str] = {}

    def read(self, lines: Iterable[Line]) -> "Lines":
        for line in lines:
            self._note(line)
        return self

    def _note(self, line: Line) -> None:
        key = hash(line.key)
        self.flaws.pop(key, None)
        if line.deleted:
            self.marks.pop(key, None)
            return
        self.marks[key] = mark(line)
        if flaw := self._flaw(line):
            self.flaws[key] = flaw

    def _flaw(self, line: Line) -> str | None:
        if not line.url:
            return None if line.access.archived else "unreadable"
        if not self._leads(line.key, line.url):
            return "astray"
        return "dead" if line.expires_at and line.expires_at <= self._now else None

    def digest(self) -> Digest:
        return Digest(len(self.marks), sum(self.marks.values()) & _BITS)


@dataclass(slots=True)
class Comparison:
    """Of the lines of one manifest with its folder's documents, which come one after the other."""

    lines: Lines
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)

    def note(self, document: Document) -> None:
        line = self.lines.marks.pop(hash(document.key), None)
        if line is None:
            self.missing.append(document.key)
        elif line != mark(document):
            self._differs(document, line)

    def _differs(self, document: Document, line: int) -> None:
        """A listing does not show whether what is tiered is archived: there, what the line says counts."""
        if line != _mark(document, archived=not document.access.archived):
            self.changed.append(document.key)
        elif document.access is not TIERED:
            self.archived.append(document.key)

    @property
    def unnamed(self) -> set[int]:
        """When all documents have come: of which lines the keys are wanted."""
        return self.lines.marks.keys() | self.lines.flaws.keys()

    def difference(self, prefix: str, names: Mapping[int, str]) -> "Difference":
        """`names`: the keys of those lines, by their hashes."""
        keys = {"missing": self.missing, "surplus": list[str](), "changed": self.changed, "archived": self.archived}
        keys |= {flaw: [] for flaw in _FLAWS}
        for key, name in names.items():
            keys["surplus" if key in self.lines.marks else self.lines.flaws[key]].append(name)
        return Difference(prefix, None, {kind: tuple(sorted(found)) for kind, found in keys.items() if found})


def named(lines: Iterable[Line], wanted: set[int]) -> dict[int, str]:
    """The keys of some lines, by their hashes."""
    return {key: line.key for line in lines if (key := hash(line.key)) in wanted}


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong with one folder's manifest: `problem` with all of it, `keys` by kind.

    `busy`: it could not be compared, for it was another one at each look.
    """

    prefix: str
    problem: str | None = None
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    busy: bool = False

    def __bool__(self) -> bool:
        return bool(self.problem or self.keys)

    def still(self, before: "Difference") -> "Difference":
        """What of it an earlier look saw, too: the rest may be an update that is under way."""
        both = {
            kind: tuple(key for key in keys if key in earlier)
            for kind, keys in self.keys.items()
            if (earlier := frozenset(before.keys.get(kind, ())))
        }
        problem = self.problem if self.problem == before.problem else None
        busy = self.busy or (before.busy and bool(self))
        return Difference(self.prefix, problem, {kind: keys for kind, keys in both.items() if keys}, busy)

    def sentences(self, most: int) -> Iterator[str]:
        """For a person, naming at most so many keys of a kind."""
        if self.problem:
            yield self.problem
        for kind, keys in self.keys.items():
            more = ", …" if len(keys) > most else ""
            yield f"{KINDS[kind]}: {len(keys):,} ({', '.join(keys[:most])}{more})"

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "prefix": self.prefix,
            "problem": self.problem,
            **{kind: list(self.keys.get(kind, ())) for kind in KINDS},
        }
