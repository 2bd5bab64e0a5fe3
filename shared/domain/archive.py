"""Whether a document can be read as it is, or lies in an archive until it is restored. Pure.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html: GLACIER and DEEP_ARCHIVE answer a GET with
403 InvalidObjectState, and so do the archive tiers of INTELLIGENT_TIERING, which only a HEAD shows. GLACIER_IR is
no archive: it answers at once. A restore changes neither ETag nor time; it makes a copy that is there until a certain
day.
"""

import re
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from shared.domain.instant import stamped, zulu

_ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})
_TIERS = "INTELLIGENT_TIERING"
TELLING = _ARCHIVES | {_TIERS}
"""The storage classes of which a listing's RestoreStatus tells something."""

_ONGOING = re.compile(r'ongoing-request="(true|false)"').search
_EXPIRY = re.compile(r'expiry-date="([^"]*)"').search


class Access(NamedTuple):
    """`restored_until`: when a restored copy ends, such as 2026-04-09T00:00:00Z; None: never, or not known."""

    archived: bool = False
    restored_until: str | None = None


AT_ONCE = Access()
TIERED = Access()
"""Equal to AT_ONCE, and told apart by identity alone: what a listing shows of INTELLIGENT_TIERING. A HEAD may show that
it lies in an archive tier."""


def by_head(storage_class: str | None, archive_status: str | None, restore: str | None) -> Access:
    """From a HEAD's `x-amz-storage-class`, `x-amz-archive-status` and `x-amz-restore`.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    ongoing = _ONGOING(restore or "")
    expiry = _EXPIRY(restore or "")
    archive = "GLACIER" if archive_status else storage_class
    return _access(archive, ongoing and ongoing[1], expiry and _by_mail(expiry[1]))


def by_listing(storage_class: str | None, ongoing: str | None, expiry: str | None) -> Access:
    """From a listing's StorageClass and, in RestoreStatus, IsRestoreInProgress and RestoreExpiryDate.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreStatus.html
    """
    found = _access(storage_class, ongoing, zulu(expiry))
    return TIERED if storage_class == _TIERS and found == AT_ONCE else found


def _access(storage_class: str | None, ongoing: str | None, until: str | None) -> Access:
    """What a restore says comes first; where there is none, the storage class decides."""
    if ongoing == "false":
        return Access(restored_until=until)
    return Access(archived=ongoing == "true" or storage_class in _ARCHIVES)


def _by_mail(date: str) -> str | None:
    """HTTP's form of a time, as manifests have it: Fri, 21 Dec 2012 00:00:00 GMT."""
    try:
        return stamped(parsedate_to_datetime(date))
    except ValueError:
        return None
