"""What must hold, at every commit and at the end.

A reader of a manifest may see the past, but never an older past than somebody was promised. For every key there is the
moment up to which its line is known to be right: that of the HEAD or of the page of a listing behind the newest commit
that speaks of it, or the beginning of an invocation that has answered with success. From then on the line must
always show something the key has held since: one that shows only what it held earlier has lost an update.
"""

from dataclasses import dataclass, field

from shared.domain.documents import Folder, Layout
from shared.domain.manifest import Document
from tests.fake_objects import Stored
from tests.model.invocations import Claim, Process
from tests.model.lines import Shown, read_line
from tests.model.scale import Scale
from tests.model.server import BUCKET, Server

UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Verdict:
    """The first thing that went wrong. `kind` in a word, for what looks for one kind."""

    kind: str
    why: str


@dataclass(slots=True)
class Record:
    """One manifest's commits so far."""

    revision: int = 0
    created: int | None = None
    """The moment of the first."""
    rebuilt_from: int = -1
    etags: set[str] = field(default_factory=set)
    last: Process | None = None
    last_keys: set[str] = field(default_factory=set)
    published: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """By key: revision and moment of every update's commit that speaks of it."""


class Judge:
    """Told of every commit and of every answer; keeps the first verdict."""

    def __init__(self, server: Server, layout: Layout, scale: Scale) -> None:
        self._server, self._layout, self._large, self._scale = server, layout, scale.large, scale
        self.verdict: Verdict | None = None
        self.heeds: str | None = None
        """The one kind of verdict that counts, besides those on what is no history at all; None: all."""
        self.excuses_in_flight = True
        """Whether a rebuild need not mend a key that an update speaks of, which had looked before the rebuild began."""
        self.promised: dict[str, int] = {}
        """By key, the moment up to which its line is known to be right; UNKNOWN: never looked at."""
        self.inherited: set[str] = set()
        """Manifests of an earlier tool's."""
        self._records: dict[str, Record] = {}
        self.commits = 0
        self.large_commits = 0

    def fail(self, kind: str, why: str) -> None:
        if self.heeds in (None, kind) or kind in ("leaked", "endless"):
            self.verdict = self.verdict or Verdict(kind, why)

    def _record(self, key: str) -> Record:
        return self._records.setdefault(key, Record())

    # Commits

    def committed(self, key: str, claim: Claim) -> None:
        """A manifest was written; it is judged before anything else happens."""
        stored, record = self._server.objects[key], self._record(key)
        lines = [read_line(raw) for raw in stored.body.splitlines(keepends=True)]
        self.commits += 1
        self.large_commits += len(stored.body) >= self._large
        self._check_metadata(key, stored, lines, record)
        self._check_lines(key, stored, lines)
        if claim.listing or len(stored.body) < self._large:
            self._check_kind(key, lines, claim.process)
        revision, rebuilt_from = _number(stored, "revision"), _number(stored, "rebuilt-from")
        spoken = {line.key for line in lines if line.revision == revision}
        listed_again = self._server.by_folders  # what such a listing comes back to is listed alone as well
        if not listed_again and record.last is claim.process and (claim.listing or spoken & record.last_keys):
            self.fail("twice", f"{claim.process.name} wrote {key} twice, though nobody else wrote between")
        record.revision, record.rebuilt_from, record.last, record.last_keys = (
            revision, rebuilt_from, claim.process, spoken,
        )  # fmt: skip
        record.created = record.created or self._server.moment
        record.etags.add(stored.etag)
        if claim.listing:
            self._check_needed(key, claim.process, revision)
            self._promise_listed(key, claim, record, rebuilt_from)
        else:
            self._check_patience(claim.process, spoken)
            self._promise_seen(claim, record, lines, revision)
        self._check_view(key, lines, f"revision {revision} by {claim.process.name}")

    def _check_metadata(self, key: str, stored: Stored, lines: list[Shown], record: Record) -> None:
        revision = _number(stored, "revision")
        if revision != record.revision + 1:
            self.fail("revision", f"{key}: revision {revision} follows {record.revision}")
        if _number(stored, "rebuilt-from") < record.rebuilt_from:
            self.fail("rebuilt-from", f"{key}: rebuilt-from fell from {record.rebuilt_from}")
        if stored.etag in record.etags:
            self.fail("etag", f"{key}: revision {revision} has the ETag of an earlier commit")
        if not any(line.revision == revision for line in lines):
            self.fail("own line", f"{key}: no line of revision {revision}")
        if _number(stored, "lines") != len(lines):
            self.fail("lines", f"{key}: lines={stored.metadata['lines']}, and there are {len(lines)}")

    def _check_lines(self, key: str, stored: Stored, lines: list[Shown]) -> None:
        if not stored.body.endswith(b"\n"):
            self.fail("torn", f"{key}: the last line has no end")
        for line in lines:
            if line.flaw:
                self.fail("link", f"{key}: the line of {line.key!r} has {line.flaw}")
        if len(stored.body) >= self._large:
            return
        keys = [line.key for line in lines]
        if len(keys) != len(set(keys)):
            self.fail("doubled", f"{key}: a key has two lines: {keys}")
        shown = [line for line in lines if line.document]
        if _number(stored, "documents") != len(shown):
            self.fail("documents", f"{key}: documents={stored.metadata['documents']}, and there are {len(shown)}")
        expiry = min((line.expires_at for line in shown if line.expires_at), default="none")
        if stored.metadata["first-expiry"] > expiry:  # earlier is allowed: that of a line a rebuild did not use
            self.fail("expiry", f"{key}: first-expiry={stored.metadata['first-expiry']}, and it is {expiry}")

    def _check_kind(self, key: str, lines: list[Shown], process: Process) -> None:
        """Whoever writes a manifest whole, and every rebuild, leaves no link of a kind other than its own."""
        for line in lines:
            if line.url and line.stable is not process.stable:
                self.fail("link", f"{key}: {process.name} left {line.key!r} a link of the other kind")

    def _check_needed(self, manifest: str, process: Process, revision: int) -> None:
        """A scan makes manifests of folders that had a document since it began, and of the prefix it was asked for."""
        if revision > 1 or manifest in self.inherited or manifest == self._manifest_at(process.asked or ""):
            return
        keys = self._keys_of(manifest)
        if not any(any(self._server.pasts[key].since(process.since)) for key in keys):
            self.fail("needless", f"{process.name} made {manifest}, of a folder without documents")

    def _check_patience(self, process: Process, spoken: set[str]) -> None:
        """So many documents at once are not looked at again and again: every few losses, fewer are taken."""
        if len(spoken) <= self._scale.many or process.faults:
            return
        most = self._scale.patience * (process.batch - len(spoken) + 1)  # batches are of three at most
        looks = max(process.looks[key] for key in spoken)
        if looks > most:
            self.fail("starved", f"{process.name} committed {len(spoken)} together at the look number {looks}")

    def _promise_seen(self, claim: Claim, record: Record, lines: list[Shown], revision: int) -> None:
        """An update speaks of the keys that carry its revision, as of its HEADs."""
        for line in lines:
            if line.revision == revision and line.key:
                record.published.setdefault(line.key, []).append((revision, self._server.moment))
                self._promise(line.key, claim.seen.get(line.key, UNKNOWN))

    def _promise_listed(self, manifest: str, claim: Claim, record: Record, rebuilt_from: int) -> None:
        """A rebuild speaks, as of its pages, of every key no update has spoken of since the rebuild began."""
        assert claim.listing
        for key in self._keys_of(manifest):
            if not any(revision > rebuilt_from for revision, _ in record.published.get(key, ())):
                self._promise(key, claim.listing.moment(key) or UNKNOWN)

    def _promise(self, key: str, moment: int) -> None:
        self.promised[key] = max(self.promised.get(key, UNKNOWN), moment)

    def _check_view(self, manifest: str, lines: list[Shown], when: str) -> None:
        view = {line.key: line.document for line in lines}
        for key in self._keys_of(manifest):
            self._check_key(key, view.get(key), when)

    def _check_key(self, key: str, shown: Document | None, when: str) -> None:
        promised = self.promised.get(key, UNKNOWN)
        if promised == UNKNOWN:
            return
        held = self._server.pasts[key].since(promised)
        if shown not in held:
            self.fail("lost", f"{when}: {key} shows {shown}, and since moment {promised} it held {held}")

    def _keys_of(self, manifest: str) -> list[str]:
        return [key for key in self._server.pasts if self._manifest_of(key) == manifest]

    def _manifest_of(self, key: str) -> str:
        return self._manifest_at(self._layout.prefix_of(key))

    def _manifest_at(self, prefix: str) -> str:
        return self._layout.manifest_of(Folder(BUCKET, prefix)).key

    # Answers

    def answered_publish(self, name: str, keys: list[str], began: int) -> None:
        """Success: from its beginning on, the lines of its keys are right."""
        for key in keys:
            self._promise(key, began)
            self._check_key(key, self.shown(key), f"answer of {name}")

    def answered_rebuild(self, name: str, folder: Folder, began: int) -> None:
        """Success: so are all the folder's, those aside that updates have spoken of since."""
        manifest = self._layout.manifest_of(folder).key
        self._promise_rebuilt(name, manifest, self._keys_of(manifest), began)

    def answered_scan(self, name: str, prefix: str, began: int, failed: set[str]) -> None:
        """Success of all its turns and ranges: so are those of every folder below, those aside that have failed.

        Where there was neither a manifest nor a document, it had nothing to write, and so nothing keeps off whoever has
        looked before it began and writes afterwards.
        """
        below = {self._layout.prefix_of(key) for key in self._server.pasts}
        for folder in sorted(found for found in below - failed if found.startswith(prefix)):
            manifest = self._manifest_at(folder)
            created = 0 if manifest in self.inherited else self._record(manifest).created
            keys = self._keys_of(manifest)
            if created is None or created > began:
                keys = [key for key in keys if None not in self._server.pasts[key].since(began)]
            self._promise_rebuilt(name, manifest, keys, began)

    def _promise_rebuilt(self, name: str, manifest: str, keys: list[str], began: int) -> None:
        record = self._record(manifest)
        for key in keys:
            since = any(moment > began for _, moment in record.published.get(key, ()))
            if not (since and self.excuses_in_flight):
                self._promise(key, began)
                self._check_key(key, self.shown(key), f"answer of {name}")

    def shown(self, key: str) -> Document | None:
        """What the manifest says of a key, by the reading rule."""
        stored = self._server.objects.get(self._manifest_of(key))
        lines = stored.body.splitlines(keepends=True) if stored else []
        return next((line.document for line in map(read_line, reversed(lines)) if line.key == key), None)

    def ended(self, lost: set[str]) -> None:
        """Nothing is under way: what has been looked at since it last changed is right, and only `lost` has not."""
        for key, past in self._server.pasts.items():
            changed, promised = past.moments[-1], self.promised.get(key, UNKNOWN)
            if promised < changed and key not in lost:
                self.fail("unseen", f"{key}: changed at {changed}, looked at until {promised}, and no event was lost")
            self._check_key(key, self.shown(key), "at the end")


def _number(stored: Stored, name: str) -> int:
    return int(stored.metadata[name])
