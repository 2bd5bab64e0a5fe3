"""A share made, all of them seen, one taken back."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from local.sharing.target import Target
from shared.domain.documents import Folder
from shared.domain.errors import BucketMissingError, ShareError, quoted
from shared.domain.instant import stamped
from shared.domain.sharing import Share, digest, ending, is_id, new_id, require_label, require_whole
from shared.sharing.folders import Folders
from shared.store.shares import Kept
from shared.store.walk import Walk

SHORT = 8  # characters of a digest that name a share in a table
_SIDE_BY_SIDE = 16
_IN_ADDRESS = re.compile(r"/s/([a-z2-7]{26})(?![a-z2-7])").search
_BEGINNING = re.compile(r"[0-9a-f]{8,64}").fullmatch


@dataclass(frozen=True, slots=True)
class Seen:
    """A share as it is listed: by the digest of its id, for the address is not known from its record."""

    name: str
    kept: Kept
    state: str

    def told(self) -> dict[str, Any]:
        return {"share": self.name, "state": self.state, **(asdict(self.kept) if isinstance(self.kept, Share) else {})}


@dataclass(frozen=True, slots=True)
class Made:
    """A new share and its address, which nobody can tell again."""

    address: str
    seen: Seen

    @property
    def ends(self) -> str | None:
        return self.seen.kept.ends if isinstance(self.seen.kept, Share) else None

    def told(self) -> dict[str, Any]:
        return {"address": self.address, **self.seen.told()}


def make(target: Target, wish: Mapping[str, str]) -> Made:
    """Share PREFIX, or ALL of the bucket, under a LABEL, for so many DAYS. Raises ShareError for what cannot be."""
    now = datetime.now(UTC)
    share = Share(
        target.settings.bucket_name,
        _prefix(target, wish),
        require_label(wish.get("LABEL", "")),
        stamped(now) or "",
        ending(wish.get("DAYS", ""), now),
    )
    _require_manifest(target, share.prefix)
    target.make_bucket()
    share_id = new_id()
    target.shares.put(share_id, share)
    return Made(f"{target.base_url}/s/{share_id}/", Seen(digest(share_id), share, "open"))


def _prefix(target: Target, wish: Mapping[str, str]) -> str:
    prefix, everything = wish.get("PREFIX", ""), wish.get("ALL") == "1"
    if prefix and everything:
        raise ShareError("ALL=1 shares the whole bucket, and PREFIX a part of it. Which is meant? Give one.")
    if not prefix and not everything:
        raise ShareError("Which folder? make share PREFIX=2026/04/ (or ALL=1: the whole bucket)")
    require_whole(target.settings.layout, target.settings.bucket_name, prefix)
    return prefix


def _require_manifest(target: Target, prefix: str) -> None:
    root = Folder(target.settings.bucket_name, prefix)
    if not Folders(Walk(target.client), target.settings.layout).any_below(root):
        raise ShareError(
            f"There is no manifest at or below {root}, so there is nothing to share. Is it spelled right? What is new "
            f"there is in a manifest after the next scan{'' if target.stack else ' (make invoke-full)'}."
        )


def seen(target: Target) -> list[Seen]:
    """All there are, the newest first."""
    found = _read(target, _names(target))
    return sorted(found, key=lambda each: each.kept.created if isinstance(each.kept, Share) else "", reverse=True)


def take_back(target: Target, wanted: str) -> Seen:
    """End the share of that address, id, or beginning of its digest. Raises ShareError unless that is one."""
    name = _named(target, _names(target), wanted.strip())
    for found in _read(target, [name]):
        target.shares.delete(name)
        return found
    raise _unknown(target)


def _names(target: Target) -> list[str]:
    with suppress(BucketMissingError):  # on this machine, before the first share
        return target.shares.names()
    return []


def _read(target: Target, names: list[str]) -> list[Seen]:
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        kept = target.shares.read_all(names, pool)
    now = datetime.now(UTC)
    return [Seen(name, share, _state(target, share, now)) for name, share in kept.items() if share]


def _state(target: Target, kept: Kept, now: datetime) -> str:
    if not isinstance(kept, Share):
        return "damaged"
    if kept.bucket != target.settings.bucket_name:
        return "of another bucket"
    return "open" if kept.is_open(now) else "ended"


def _named(target: Target, names: list[str], wanted: str) -> str:
    """The record that is meant. What was asked for is never repeated: it may be an address."""
    in_address = _IN_ADDRESS(wanted)
    share_id = in_address[1] if in_address else wanted
    if is_id(share_id) and digest(share_id) in names:
        return digest(share_id)
    meant = [name for name in names if _BEGINNING(wanted) and name.startswith(wanted)]
    if len(meant) > 1:
        raise ShareError(f"{len(meant)} shares' digests begin so: {quoted(meant)}. Give more of the one that is meant.")
    if not meant:
        raise _unknown(target)
    return meant[0]


def _unknown(target: Target) -> ShareError:
    return ShareError(
        "No share has that address, id or digest: it was taken back already, or is another bucket's. "
        f"`make shares{target.typed}` shows those there are; give SHARE= at least eight characters of a digest."
    )
