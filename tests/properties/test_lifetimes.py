"""A line's `expires_at` is never later than what was asked for, nor than the end of the credentials that signed."""

import os
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.errors import StoreUnavailableError
from shared.links.credentials import Links
from shared.links.secrets_manager import NamedSecret
from shared.links.signing_key import LongLivedKey
from shared.links.signing_role import AssumedRole

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100"))
BEGAN = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
_CREDENTIAL = re.compile(r"X-Amz-Credential=([^%]+)%2F").search

# What passes until the next link, in seconds, and whether STS or Secrets Manager answers then.
moments = st.lists(st.tuples(st.floats(0, 5000), st.booleans()), min_size=1, max_size=30)
asked_for = st.integers(1, 604_800)


class Aws:
    """STS and Secrets Manager by the clock of whoever asks, and the end of every key they gave."""

    def __init__(self, session_seconds: int) -> None:
        self.now, self.up = BEGAN, True
        self.ends: dict[str, datetime | None] = {}
        self._seconds = session_seconds

    def wall(self) -> float:
        return self.now.timestamp()

    def _given(self, ends_at: datetime | None) -> str:
        if not self.up:
            raise StoreUnavailableError("down")
        name = f"KEY{len(self.ends)}"
        self.ends[name] = ends_at
        return name

    def assume_role(self, **_: Any) -> dict[str, Any]:
        ends_at = (self.now + timedelta(seconds=self._seconds)).replace(microsecond=0)
        name = self._given(ends_at)
        given = {"AccessKeyId": name, "SecretAccessKey": "s", "SessionToken": "t", "Expiration": ends_at}
        return {"Credentials": given}

    def get_secret_value(self, **_: Any) -> dict[str, Any]:
        return {"SecretString": f'{{"access_key_id": "{self._given(None)}", "secret_access_key": "secret"}}'}


def told(aws: Aws, links: Links) -> tuple[datetime, datetime | None]:
    """What a line says of a link's end, and when its credentials really end."""
    signing = links.signing("docs")
    signed_by = _CREDENTIAL(signing.link("a.pdf"))
    assert signed_by
    assert signing.expires_at
    return datetime.fromisoformat(signing.expires_at), aws.ends[signed_by[1]]


@settings(max_examples=EXAMPLES, deadline=None)
@given(moments, asked_for, st.integers(1, 43_200))
def test_a_roles_links_say_no_later_end_than_its_session_and_what_was_asked(
    passing: list[tuple[float, bool]], asked: int, session_seconds: int
) -> None:
    aws = Aws(session_seconds)
    client: Any = aws
    links = Links("eu-west-1", None, asked, AssumedRole("role", lambda: client, asked, "x", aws.wall), lambda: aws.now)
    down_at = BEGAN - timedelta(days=1)
    for seconds, aws.up in passing:
        aws.now += timedelta(seconds=seconds)
        down_at = down_at if aws.up else aws.now
        try:
            expires_at, ends_at = told(aws, links)
        except StoreUnavailableError:
            assert aws.now - down_at < timedelta(seconds=5)
            continue
        assert ends_at
        assert expires_at <= min(ends_at, aws.now + timedelta(seconds=asked))
        assert ends_at > aws.now
        if aws.now - down_at > timedelta(seconds=15):  # and it lives as long as can be had, less what is cut off
            assert expires_at - aws.now > timedelta(seconds=min(asked, session_seconds / 2) - 2)


@settings(max_examples=EXAMPLES, deadline=None)
@given(moments, asked_for)
def test_a_long_lived_keys_links_say_what_was_asked(passing: list[tuple[float, bool]], asked: int) -> None:
    aws = Aws(0)
    client: Any = aws
    key = LongLivedKey(NamedSecret(lambda: client, "signer", "SIGNING_SECRET_ID"), aws.wall)
    links = Links("eu-west-1", None, asked, key, lambda: aws.now)
    for seconds, aws.up in passing:
        aws.now += timedelta(seconds=seconds)
        try:
            expires_at, ends_at = told(aws, links)
        except StoreUnavailableError:
            continue
        assert ends_at is None
        assert expires_at == (aws.now + timedelta(seconds=asked)).replace(microsecond=0)
