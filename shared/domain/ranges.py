"""A range of a prefix: the unit in which a bucket is scanned. Pure.

Any boundaries are right ones: every key is in exactly one of the ranges they make, and every folder belongs to exactly
one. A folder that is cut by a boundary *straddles* it: no range sees all of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from shared.domain.errors import RangeError, quoted


def before(one: str, other: str) -> bool:
    """Whether S3 lists `one` before `other`: in the order of their UTF-8.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html. Python compares code points, and
    those sort as their UTF-8 does (https://www.rfc-editor.org/rfc/rfc3629#section-1); UTF-16 would not.
    """
    return one < other


def straddles(folder: str, boundary: str | None) -> bool:
    """Whether the boundary cuts the folder: it lies below, so that documents of the folder may be on both sides.

    A boundary that is the folder's own string cuts nothing: all that is in the folder comes after it.
    """
    return boundary is not None and boundary != folder and boundary.startswith(folder)


@dataclass(frozen=True, slots=True)
class Range:
    """The keys below `prefix` that are after `after` (empty: from the first on), up to and with `until` (None: all).

    A key equal to a boundary is in the range that ends there. Raises RangeError for ends that cannot be.
    """

    prefix: str
    after: str = ""
    until: str | None = None

    def __post_init__(self) -> None:
        self._check("after", self.after or self.prefix)
        if self.until is not None:
            self._check("until", self.until)
            if not before(self.after, self.until):
                raise RangeError(
                    f"the range's 'after' {quoted(self.after)} does not come before its 'until' {quoted(self.until)}"
                )

    def _check(self, name: str, end: str) -> None:
        try:
            end.encode()
        except UnicodeEncodeError as error:
            raise RangeError(f"the range's {name!r} {quoted(end)} is no UTF-8 text") from error
        if not end.startswith(self.prefix):
            raise RangeError(f"the range's {name!r} {quoted(end)} is not below its prefix {quoted(self.prefix)}")

    def contains(self, key: str) -> bool:
        return key.startswith(self.prefix) and before(self.after, key) and not self.is_past(key)

    def is_past(self, key: str) -> bool:
        """Whether the key comes after all of the range."""
        return self.until is not None and before(self.until, key)

    def leading(self, keys: Sequence[str]) -> int:
        """How many of these keys, in the order of a listing, come before the first that is past the range."""
        if keys and keys[-1] == max(keys) and not self.is_past(keys[-1]):
            return len(keys)
        return next((number for number, key in enumerate(keys) if self.is_past(key)), len(keys))

    def belongs(self, folder: str) -> bool:
        """Whether the folder is this range's: of ranges side by side, exactly one's."""
        begins = folder.startswith(self.prefix) and not before(folder, self.after)
        return begins and (self.until is None or before(folder, self.until))

    def inside(self, folder: str) -> bool:
        """Whether all of the folder is in this range, whatever documents it may have."""
        return self.belongs(folder) and not straddles(folder, self.until)

    def meets(self, folder: str) -> bool:
        """Whether documents of the folder can be in this range: it belongs to it, or an end cuts it."""
        return self.belongs(folder) or self.straddled(folder)

    def straddled(self, folder: str) -> bool:
        """Whether an end cuts the folder: one that is met in the range, but is not inside, is straddled."""
        return straddles(folder, self.after) or straddles(folder, self.until)

    def below(self, home: str) -> "Range":
        """The same range where everything is put below `home`: that of the manifests."""
        after = home + self.after if self.after else ""
        until = None if self.until is None else home + self.until
        return Range(home + self.prefix, after, until)

    def up_to(self, until: str) -> "Range":
        """Its beginning."""
        return replace(self, until=until)

    def split(self, boundaries: Iterable[str]) -> list["Range"]:
        """The ranges side by side, in order, that those of the boundaries make which lie within."""
        within = sorted({each for each in boundaries if self.contains(each) and each != self.until})
        ends = [self.after, *within, self.until]
        return [replace(self, after=after or "", until=until) for after, until in pairwise(ends)]
