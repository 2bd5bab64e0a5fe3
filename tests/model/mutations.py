"""Every rule of the protocol, and how the model sees that it is missing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from shared.domain.documents import Layout
from tests.model import broken_archives as archives
from tests.model import broken_commits as commits
from tests.model import broken_links as links
from tests.model import broken_ranges as ranges
from tests.model import broken_scans as scans
from tests.model import broken_updates as updates
from tests.model.broken_commits import Change
from tests.model.scale import Scale


@dataclass(frozen=True, slots=True)
class Mutation:
    """`rule` as the protocol has it, taken out by `changes`.

    `kind` is the verdict that tells; `fixed`, what of the climate brings it about soon.
    """

    name: str
    rule: str
    changes: Callable[[], Sequence[Change]]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "lost"

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Have the project work without the rule while the block runs."""
        changes = self.changes()
        before = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
        for owner, name, value in changes:
            setattr(owner, name, value)
        try:
            yield
        finally:
            for owner, name, value in before:
                setattr(owner, name, value)


_STORM: Mapping[str, Any] = {
    "keys": ("a/1.pdf",),
    "faults": 0,
    "legacy": 0,
    "contents": 1,
    "archiving": 0,
    "ticking": 0,
    "slowest": 0.3,
    "held": 0.02,
}
_UPDATES = {**_STORM, "scans": 0, "changes": 6, "publishers": 4, "scale": Scale(1_000_000, 16, 4)}
_TWO_UPDATED = {**_UPDATES, "keys": ("a/1.pdf", "a/2.pdf")}
_SCANS = {**_STORM, "keys": ("a/1.pdf", "a/2.pdf"), "scans": 3, "changes": 4, "scanner": 1.0}
_ONLY_SCANS = {**_STORM, "scans": 3, "changes": 3, "losing": 1.0, "scanner": 1.0}
_LARGE = {"scale": Scale(300, 16, 4), "faults": 4, "fault_rate": 0.3}
_ARCHIVING = {**_STORM, "keys": ("a/1.pdf", "a/2.pdf"), "archiving": 0.7, "changes": 6, "losing": 0.0}
_TURNING = {**_STORM, "keys": ("a/1.pdf", "a/2.pdf"), "scans": 2, "turning": 0.5}
_STABLE = {
    **_STORM,
    "keys": ("a/1.pdf", "a/2.pdf"),
    "scale": Scale(1_000_000, 16, 4),
    "scans": 3,
    "changes": 6,
    "publishers": 4,
    "losing": 0.5,
    "scanner": 1.0,
    "stable": True,
    "turning": 0,
}
_EMPTYING = {**_STORM, "scans": 3, "changes": 4, "publishers": 3, "scanner": 1.0, "losing": 0.0}
_RANGES = {"ranged": True, "by_folders": False, "faults": 0, "legacy": 0, "archiving": 0, "losing": 0.3}
_BY_FOLDERS = {**_RANGES, "by_folders": True}
_VANISHING = {
    **_RANGES,
    "scale": Scale(1_000_000, 16, 4, most=2),
    "scans": 3,
    "changes": 7,
    "losing": 0.6,
    "contents": 1,
}
_TWO_KEYS = {**_STORM, "ranged": True, "by_folders": False, "layout": Layout(), "keys": ("a/1.pdf", "a/2.pdf")}
_SEEN_LATE = {**_TWO_KEYS, "strangers": (), "scale": Scale(1_000_000, 16, 4), "scans": 2, "scanner": 1.0}
_BUSY = {**_UPDATES, "keys": ("a/1.pdf", "a/2.pdf"), "held": 1, "refusing": 0, "scale": Scale(1_000_000, 1, 2)}
_REFUSING = {**_STORM, "keys": ("a/1.pdf", "a/2.pdf"), "scans": 0, "changes": 6, "refusing": 0.5}
_MENDING = {**_REFUSING, "faults": 4, "fault_rate": 0.3}

MUTATIONS = (
    Mutation("head before the read", "HEAD after the manifest was read", updates.head_before_the_read),
    Mutation("read before the look", "bytes and ETag are of one answer", commits.read_before_the_look, _TWO_UPDATED),
    Mutation("head once", "HEAD again on every retry", updates.head_once, _UPDATES),
    Mutation("skip the unchanged", "a line also where nothing changed", updates.skip_unchanged, _UPDATES),
    Mutation("skip the unheard of", "a line also for a gone key never heard of", updates.skip_unheard_of, _UPDATES),
    Mutation("skip the gone again", "a line also for a key already `deleted`", updates.skip_gone_again, _UPDATES),
    Mutation("keep the old stamp", "a line looked at carries revision + 1", updates.keep_the_old_stamp, _UPDATES),
    Mutation("forget the gone", "gone keys keep a `deleted` line", updates.forget_the_gone),
    Mutation("reset rebuilt-from", "an update carries `rebuilt-from` along", updates.reset_rebuilt_from, _SCANS),
    Mutation("ignore rebuilt-from", "start over after another rebuild's commit", scans.ignore_rebuilt_from, _SCANS),
    Mutation("always yield", "yield only to a rebuild that began later", scans.always_yield, _ONLY_SCANS),
    Mutation("keep nothing", "keep lines newer than `r0`", scans.keep_nothing),
    Mutation("keep only the present", "keep `deleted` lines newer than `r0` too", scans.keep_only_the_present),
    Mutation("keep too much", "lines at `r0` come from the listing", scans.keep_too_much, _SCANS),
    Mutation("no marker", "every commit holds a line of its own revision", scans.no_marker, _EMPTYING),
    Mutation("list before the look", "read `r0`, then list", scans.list_before_the_look, _SCANS),
    Mutation("look as it arrives", "survey the manifests, then list", scans.look_as_the_listing_arrives),
    Mutation("revision of the beginning", "a rebuild counts on", scans.revision_of_the_beginning, kind="revision"),
    Mutation("no conditions", "commit with `If-Match`", commits.without_conditions),
    Mutation("create at will", "create with `If-None-Match`", commits.create_without_condition),
    Mutation("complete at will", "complete with `If-Match`", commits.complete_without_condition),
    Mutation("unknown commit", "one's own `commit` is one's own write", commits.unknown_commit, kind="twice"),
    Mutation("leave uploads", "a failed upload is aborted", commits.leave_uploads, kind="upload left"),
    Mutation("no sweep", "an upload of unheard id is aborted", commits.no_sweep, _LARGE, kind="upload left"),
    Mutation("leave staged", "what was staged is deleted", commits.leave_staged, kind="staged left"),
    Mutation("sign the archived", "no link for what is archived", archives.sign_the_archived, _ARCHIVING),
    Mutation("list without restores", "LIST tells what is restored", archives.list_without_restores, _ARCHIVING),
    Mutation("outlive the copy", "no link outlives a restored copy", archives.outlive_the_copy, _ARCHIVING, "link"),
    Mutation("keep any link", "an update keeps no link of another kind", links.keep_any_link, _TURNING, "link"),
    Mutation("keep kept links", "what a rebuild keeps gets new links", links.keep_kept_links, _TURNING, "link"),
    Mutation("leave the unchanged", "a rebuild writes what is unchanged, too", links.leave_the_unchanged, _STABLE),
    Mutation("one half", "a batch in parts is published whole", updates.one_half),
    Mutation("writes alone count", "every loss costs patience", updates.count_writes_alone, _BUSY, "starved"),
    Mutation("refused is gone", "what may not be looked at gets no line", updates.read_refused_as_gone, _REFUSING),
    Mutation("refused is done", "what may not be looked at fails", updates.say_nothing_of_the_refused, _REFUSING),
    Mutation("refused at last", "an answer is of the look that landed", updates.tell_of_the_last_look, _MENDING),
    Mutation("nobody's boundary", "a boundary is the range's it ends", ranges.nobodys_boundary, _RANGES),
    Mutation("folder below", "a folder is by its own string in one range", ranges.folder_below, _RANGES),
    Mutation("nearest folder", "a boundary cuts every folder above it", ranges.nearest_folder, _RANGES),
    Mutation("seal the cut", "a range rebuilds what is inside it", ranges.seal_the_cut, _RANGES),
    Mutation("empty the cut", "a range empties what is inside it", ranges.empty_the_cut, _RANGES),
    Mutation("survey late", "survey before the first page", ranges.survey_late, _SEEN_LATE),
    Mutation("survey not all", "a survey that ends early ends its range", ranges.survey_not_all, _VANISHING),
    Mutation("forget what ends cut", "what a range's end cuts is listed alone", ranges.forget_what_ends_cut, _RANGES),
    Mutation("forget the others", "what its ends cut outlives a range's own alone", ranges.forget_the_others, _RANGES),
    Mutation("forget what is cut", "what a turn's cut cuts is listed alone", ranges.forget_what_the_cut_cuts, _RANGES),
    Mutation("all that ends cut", "of what is cut, what was met", ranges.all_that_ends_cut, _RANGES, "needless"),
    Mutation("leave open", "what is no document passes folders, too", ranges.leave_open, _RANGES),
    Mutation("forget the unsettled", "a turn is cut before what is not done", ranges.forget_the_unsettled, _RANGES),
    Mutation("forget the doubtful", "what a part did not show is listed alone", ranges.forget_the_doubtful, _VANISHING),
    Mutation("forget the postponed", "what was overtaken is listed alone", ranges.forget_the_postponed, _RANGES),
    Mutation("forget alone", "a resumed turn keeps `alone`", ranges.forget_alone, _RANGES),
    Mutation("no seam", "the next range begins where this one ended", ranges.no_seam, _BY_FOLDERS),
    Mutation("trust any start", "staged from the start the survey showed", ranges.trust_any_start, _RANGES),
)  # fmt: skip

REDUNDANT = (
    Mutation("read unpinned", "the read carries `If-Match`", commits.read_unpinned),
    Mutation("copy unpinned", "the copy carries `If-Match`", commits.copy_unpinned),
    Mutation("empty by a part", "a part of a listing is no proof", ranges.empty_by_a_part, _BY_FOLDERS),
)
"""Rules that others cover, the condition of the commit for one: no history needs them to end well."""
