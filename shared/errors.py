"""What can go wrong, one type per thing a person would do about it.

    LinkManifestError
    ├── ConfigError             an environment variable has an impossible value   set it right, deploy
    ├── EventError              an event cannot be understood                     mend what sent it
    ├── AccessDeniedError       S3 answered 403                                   mend the role or the bucket policy
    ├── CredentialsError        there are no credentials to sign with             give the process some
    ├── BucketMissingError      the bucket does not exist                         create it, or name the right one
    ├── StoreUnavailableError   the endpoint is down, slow or answers 5xx         wait: redelivery heals
    ├── ManifestDamagedError    a manifest is not what this software writes       run the full scan: it replaces it
    ├── SchemaTooNewError       a manifest was written by a newer version         deploy that version
    ├── OutOfTimeError          the invocation's time ended before the commit     redelivery heals; raise the time-out
    ├── ScanOverlapError        other scans of the same prefix kept committing    schedule scans further apart
    └── ScanFailedError         some prefixes of a scan failed, each named        see each one's reason

Messages name the bucket, key or variable, what was found and what to do; none ever holds a presigned link.
"""


class LinkManifestError(Exception):
    """Any error this project raises on purpose."""


class ConfigError(LinkManifestError):
    """An environment variable has a value that cannot be used."""


class EventError(LinkManifestError):
    """An event, a message or a record that cannot be understood."""


class AccessDeniedError(LinkManifestError):
    """S3 refused a request with 403; never to be read as "the object is gone"."""


class CredentialsError(LinkManifestError):
    """No credentials were found, so nothing can be read or signed."""


class BucketMissingError(LinkManifestError):
    """The bucket itself does not exist."""


class StoreUnavailableError(LinkManifestError):
    """The store could not be reached, or kept failing, or answered nonsense."""


class ManifestDamagedError(LinkManifestError):
    """A stored manifest cannot be parsed; updates refuse it, the next rebuild replaces it."""


class SchemaTooNewError(LinkManifestError):
    """A stored manifest has a schema this version does not know; it is never overwritten."""


class OutOfTimeError(LinkManifestError):
    """The time left in the invocation is too short to finish."""


class ScanOverlapError(LinkManifestError):
    """Other scans of the same prefix kept committing while this one listed."""


class ScanFailedError(LinkManifestError):
    """A full scan could not rebuild every prefix; the message names those that failed."""
