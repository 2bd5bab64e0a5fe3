"""What can go wrong, one type per thing a person would do about it.

    LinkManifestError
    ├── ConfigError             an environment variable has an impossible value   set it right, deploy
    ├── EventError              an event cannot be understood                     mend what sent it
    ├── RangeError              a range's ends cannot be                          mend what sent it
    ├── ResumeError             what a scan is to go on with does not fit         begin the scan again
    ├── AccessDeniedError       S3 answered 403                                   mend the role or the bucket policy
    ├── CredentialsError        there are no credentials to sign with             give the process some
    ├── BucketMissingError      the bucket does not exist                         create it, or name the right one
    ├── RequestRefusedError     S3 will not have it (a name it does not take)     see the key; repeating does not help
    ├── StoreUnavailableError   the endpoint is down, slow or answers 5xx         wait: redelivery heals
    ├── StoreUnfitError         it gives no ETag, or no order ranges can rest on  use a store that does
    ├── ManifestDamagedError    a manifest is not what this software writes       run the full scan: it replaces it
    ├── SchemaTooNewError       a manifest was written by a newer version         deploy that version
    ├── ShareError              a share cannot be as it was asked for             ask otherwise: the message says how
    ├── ShareDamagedError       a share's record is none; the share is closed     delete it, share anew
    ├── CursorError             a piece was asked for that there never was        ask as the piece before it says
    ├── StartOverError          what pieces were read from was rebuilt meanwhile  read from the first piece on
    ├── SpoolError              the temporary directory is full or not writable   raise EphemeralStorage
    ├── OutOfTimeError          the invocation's time ended before the commit     redelivery heals; raise the time-out
    ├── NoProgressError         a turn of a scan came no further                  raise the time-out
    ├── FolderTooLargeError     one folder takes longer than an invocation        raise it; smaller folders
    ├── ScanOverlapError        other scans of the same prefix kept committing    schedule scans further apart
    └── PrefixesFailedError     several things failed in one invocation           see each one's reason

Messages name the bucket, key or variable, what was found and what to do; none ever holds a link.
"""

import re
from collections.abc import Mapping

_SECRET = re.compile(r"(?i)((?:signature|credential|security-token|accesskeyid)=)[^&\s\"']*")
_OPENING = re.compile(r"(?i)(https?://[^\s\"']{1,200}?/[ds]/)[^\s\"']+")  # addresses of links/stable.py, and of shares


def shown(text: str) -> str:
    """Input as a message may quote it: were it a link, without what makes it work."""
    return _OPENING.sub(r"\1***", _SECRET.sub(r"\1***", text))


def quoted(value: object, most: int = 100) -> str:
    """Anything else of an event, as a message may quote it: its first characters."""
    return shown(repr(value))[:most]


class LinkManifestError(Exception):
    """Any error this project raises on purpose."""


class ConfigError(LinkManifestError):
    """An environment variable has a value that cannot be used."""


class EventError(LinkManifestError):
    """An event, a message or a record that cannot be understood."""


class RangeError(LinkManifestError):
    """The ends of a range that is to be scanned are no text, not below its prefix, or the wrong way round."""


class ResumeError(LinkManifestError):
    """What a scan is to go on with is nothing that a scan has answered, or of another version, prefix or layout."""


class AccessDeniedError(LinkManifestError):
    """S3 refused a request with 403; never to be read as "the object is gone"."""


class CredentialsError(LinkManifestError):
    """No credentials were found, so nothing can be read or signed."""


class BucketMissingError(LinkManifestError):
    """The bucket itself does not exist."""


class RequestRefusedError(LinkManifestError):
    """S3 answered with another 4xx: what was asked for is impossible, a name that it does not take for example."""


class StoreUnavailableError(LinkManifestError):
    """The store could not be reached, or kept failing, or answered nonsense."""


class StoreUnfitError(LinkManifestError):
    """The store leaves out what conditional writes need, or the order of keys that ranges and turns need."""


class ManifestDamagedError(LinkManifestError):
    """A stored manifest cannot be parsed; updates refuse it, the next rebuild replaces it."""


class SchemaTooNewError(LinkManifestError):
    """A stored manifest has a schema this version does not know; it is never overwritten."""


class ShareError(LinkManifestError):
    """A share of that prefix, for so long, under that label, is not to be made; or none is known by that name."""


class ShareDamagedError(LinkManifestError):
    """A stored share's record cannot be understood; it opens nothing."""


class CursorError(LinkManifestError):
    """A cursor that no piece of this share has named."""


class StartOverError(LinkManifestError):
    """The manifest that a cursor is in the middle of was rebuilt since; what follows cannot be told."""


class SpoolError(LinkManifestError):
    """Lines could not be written to the temporary directory."""


class OutOfTimeError(LinkManifestError):
    """The time left in the invocation is too short to finish."""


class NoProgressError(LinkManifestError):
    """A turn of a scan ended where it began: the next one would, too."""


class FolderTooLargeError(LinkManifestError):
    """One folder takes longer than the time of an invocation, alone and from its beginning."""


class ScanOverlapError(LinkManifestError):
    """Other scans of the same prefix kept committing while this one listed."""


class PrefixesFailedError(LinkManifestError):
    """Some prefixes, or documents, failed, the others did not; the message names those that did, and why.

    `unnamed`: so many more did, of which nothing is kept.
    """

    _MOST = 20  # named one by one; a message has to stay readable, and below Lambda's limit

    def __init__(self, failed: Mapping[str, Exception], unnamed: int = 0) -> None:
        self.failed = dict(failed)
        named = [f"{name!r}: {type(error).__name__}: {error}" for name, error in sorted(failed.items())]
        told, number = named[: self._MOST], len(named) + unnamed
        more = f"; and {number - len(told)} more" if number > len(told) else ""
        super().__init__(f"{number} failed: {'; '.join(told)}{more}")


def raise_failures(failed: Mapping[str, Exception], unnamed: int = 0) -> None:
    """Raise the one failure as itself, several as one."""
    if len(failed) == 1 and not unnamed:
        raise next(iter(failed.values()))
    if failed:
        raise PrefixesFailedError(failed, unnamed) from next(iter(failed.values()))
