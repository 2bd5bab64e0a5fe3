"""A role that signs documents' links, assumed through STS: its sessions' ends are known, and so when links end.

Who assumes it has a role already, and then a session lasts an hour at most (role chaining):
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.links.kept import Kept, Span
from shared.links.lifetimes import SESSION_SECONDS
from shared.links.services import FAILED, Service
from shared.links.signature import SigningKey

if TYPE_CHECKING:
    from types_boto3_sts import STSClient

_PAUSE = 15  # seconds between two tries while a session still holds
_REMEMBERED = 5  # seconds: what many threads ask for at once fails once
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
_NOT_IN_A_NAME = re.compile(r"[^\w+=,.@-]", re.ASCII)
_LONGEST_NAME = 64
_SERVICE = Service(
    name="STS",
    impossible=("ValidationError", "RegionDisabledException"),
    look="Is it a role's ARN, and may its sessions last an hour?",
    forbidden=("AccessDenied", "AccessDeniedException"),
    allow="Is there such a role? Allow sts:AssumeRole on it in the function's role, and that role in its trust policy.",
)


@dataclass(frozen=True, slots=True)
class _Session:
    key: SigningKey
    seconds: float
    """From when it was asked for to its end."""


class AssumedRole:
    """Its session, another before links would get less than they are asked for, or than half of one if that is less.

    `client` makes STS's, when the first link is signed. `name` is the session's, for the trail of who did what.
    """

    def __init__(
        self,
        role_arn: str,
        client: "Callable[[], STSClient]",
        expiry_seconds: int,
        name: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._role_arn, self._client, self._clock = role_arn, client, clock
        self._expiry_seconds = expiry_seconds
        self._name = session_name(name)
        self._kept = Kept("the role that signs links", self._assumed, clock, remembers=_REMEMBERED)

    def __call__(self) -> SigningKey:
        """Raises ConfigError, AccessDeniedError, CredentialsError or StoreUnavailableError."""
        return self._kept.value(self._span).key

    def _span(self, session: _Session) -> Span:
        least = min(self._expiry_seconds, session.seconds / 2)
        return Span(session.seconds - least, session.seconds, _PAUSE)

    def _assumed(self) -> _Session:
        began = self._clock()
        try:
            told = self._client().assume_role(
                RoleArn=self._role_arn, RoleSessionName=self._name, DurationSeconds=SESSION_SECONDS
            )
        except FAILED as error:
            raise _SERVICE.explained(error, f"role {self._role_arn!r} (SIGNING_ROLE_ARN)") from error
        given = told["Credentials"]
        ends_at = given["Expiration"]
        key = SigningKey(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], ends_at)
        return _Session(key, ends_at.timestamp() - began)


def session_name(name: str) -> str:
    """A name as STS takes it: 2 to 64 characters."""
    return f"{_NOT_IN_A_NAME.sub('-', name)[:_LONGEST_NAME]:-<2}"
