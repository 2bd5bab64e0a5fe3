"""The update with one rule of the protocol taken out."""

# ruff: noqa: SLF001 -- whatever breaks a rule reaches into what holds it

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from shared.domain import merge
from shared.domain.deadline import Deadline
from shared.domain.documents import Folder
from shared.domain.manifest import Document, Line
from shared.domain.merge import Tally
from shared.store.attempts import Attempts
from shared.store.bucket import Bucket, Found
from shared.store.stored import Draft
from shared.update import publish
from shared.update.publish import Published, Publisher
from tests.model.broken_commits import Change


def _of(found: Found, keys: Sequence[str]) -> Found:
    seen = {key: found.seen[key] for key in keys if key in found.seen}
    return Found(seen, {key: found.refused[key] for key in keys if key not in seen})


def _joined(before: Found, after: Found) -> Found:
    return Found(before.seen | after.seen, before.refused | after.refused)


class _AttemptBehind:
    """Documents as they were looked at one attempt earlier: before the manifest was."""

    def __init__(self, bucket: Any, folder: Folder, keys: Sequence[str], deadline: Deadline) -> None:
        self._bucket = bucket
        self._found = bucket.observe(folder.bucket, keys, deadline)

    def observe(self, bucket: str, keys: Sequence[str], deadline: Deadline) -> Found:
        found = _of(self._found, keys)
        self._found = _joined(self._found, self._bucket.observe(bucket, keys, deadline))
        return found


class _LookedAtOnce:
    """Documents as they were at the first look, however often the commit is refused."""

    def __init__(self, bucket: Any) -> None:
        self._bucket = bucket
        self._found = Found({}, {})

    def observe(self, bucket: str, keys: Sequence[str], deadline: Deadline) -> Found:
        new = [key for key in keys if key not in self._found.seen]
        self._found = _joined(self._found, self._bucket.observe(bucket, new, deadline))
        return _of(self._found, keys)


def head_before_the_read() -> list[Change]:
    original = Publisher.publish

    def publish(self: Publisher, folder: Folder, keys: Sequence[str], deadline: Deadline) -> Published:
        self._bucket = _AttemptBehind(self._bucket, folder, keys, deadline)  # type: ignore[assignment]  # it does what is used
        return original(self, folder, keys, deadline)

    return [(Publisher, "publish", publish)]


def head_once() -> list[Change]:
    original = Publisher.publish

    def publish(self: Publisher, folder: Folder, keys: Sequence[str], deadline: Deadline) -> Published:
        self._bucket = _LookedAtOnce(self._bucket)  # type: ignore[assignment]  # it does what is used
        return original(self, folder, keys, deadline)

    return [(Publisher, "publish", publish)]


class _NothingToDo(Exception):  # noqa: N818 -- no error
    pass


def _skipping(needless: Callable[[Line | None, Document | None], bool]) -> list[Change]:
    """An update of a small manifest that writes no line it finds needless, and nothing where it finds all so."""
    original, updated = Publisher.publish, merge.updated

    def skipping(lines: dict[str, Line], seen: dict[str, Document | None], revision: int, signing: Any) -> Any:
        wanted = {key: found for key, found in seen.items() if not needless(lines.get(key), found)}
        if not wanted:
            raise _NothingToDo
        return updated(lines, wanted, revision, signing)

    def published(self: Publisher, folder: Folder, keys: Sequence[str], deadline: Deadline) -> Published:
        try:
            return original(self, folder, keys, deadline)
        except _NothingToDo:
            return Published(folder, self._layout.manifest_of(folder), 0, Tally(), 0, 0, None)

    return [(publish, "updated", skipping), (Publisher, "publish", published)]


def skip_unchanged() -> list[Change]:
    return _skipping(lambda line, found: bool(line and found and line.shows(found)))


def skip_unheard_of() -> list[Change]:
    return _skipping(lambda line, found: found is None and line is None)


def skip_gone_again() -> list[Change]:
    return _skipping(lambda line, found: found is None and line is not None and line.deleted)


def keep_the_old_stamp() -> list[Change]:
    original = merge._stamped

    def stamped(before: Line | None, key: str, document: Document | None, revision: int, signing: Any) -> Line:
        if before and document and before.shows(document):
            return before
        return original(before, key, document, revision, signing)

    return [(merge, "_stamped", stamped)]


def forget_the_gone() -> list[Change]:
    """A line is taken out of a small manifest instead of being marked `deleted`."""
    original = merge.updated

    def updated(lines: dict[str, Line], seen: dict[str, Document | None], revision: int, signing: Any) -> Any:
        new, tally = original(lines, seen, revision, signing)
        kept = [line for line in new if not line.deleted]
        return [*kept, Line.gone("", revision)], tally

    return [(publish, "updated", updated)]


def reset_rebuilt_from() -> list[Change]:
    original = Publisher._decide

    def decide(self: Publisher, *given: Any) -> Draft:
        draft = original(self, *given)
        return replace(draft, head=replace(draft.head, rebuilt_from=-1))

    return [(Publisher, "_decide", decide)]


def read_refused_as_gone() -> list[Change]:
    original = Bucket.observe

    def observe(self: Bucket, *given: Any) -> Found:
        found = original(self, *given)
        return Found(found.seen | dict.fromkeys(found.refused), {})

    return [(Bucket, "observe", observe)]


def say_nothing_of_the_refused() -> list[Change]:
    original = publish._published
    return [(publish, "_published", lambda *given: replace(original(*given), failed={}))]


def tell_of_the_last_look() -> list[Change]:
    """The answer leaves out what was refused at the last look, whichever look's commit has landed."""
    decide, commit, last = Publisher._decide, Publisher._commit, dict[Publisher, Any]()

    def decided(self: Publisher, *given: Any) -> Draft:
        draft = decide(self, *given)
        last[self] = draft.refused
        return draft

    def committed(self: Publisher, *given: Any) -> Published:
        return replace(commit(self, *given), failed=last.pop(self))

    return [(Publisher, "_decide", decided), (Publisher, "_commit", committed)]


def count_writes_alone() -> list[Change]:
    """What a look saw in time costs no patience."""
    original = Attempts.write

    def write(self: Attempts, *given: Any) -> Any:
        conflicts, losses = self.conflicts, self.losses
        done = original(self, *given)
        if self.conflicts == conflicts:
            self.losses = losses
        return done

    return [(Attempts, "write", write)]


def one_half() -> list[Change]:
    """Who has lost patience with a batch publishes the half of it, and says that all is done."""
    original = Publisher._publish_next

    def publish_next(self: Publisher, folder: Folder, course: Any, deadline: Deadline) -> None:
        before = course.size
        original(self, folder, course, deadline)
        if course.size < before:
            course.left = course.left[: course.size]

    return [(Publisher, "_publish_next", publish_next)]
