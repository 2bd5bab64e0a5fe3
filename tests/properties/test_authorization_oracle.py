"""Whatever is asked for, the headers that authorize it are byte for byte botocore's."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.links.authorization import Authorizer
from shared.links.signature import SigningKey
from tests.properties.test_presign_oracle import EXAMPLES, REGIONS, buckets, endpoints, keys, moments, visible

values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60)
names = st.sampled_from(["range", "if-match", "if-none-match", "content-type", "x-amz-meta-commit", "x-amz-meta-lines"])
headers = st.dictionaries(names, values, max_size=4)
pairs = st.builds(SigningKey, visible, visible, st.none() | st.just("") | visible)


def by_botocore(request: AWSRequest, pair: SigningKey, region: str) -> Any:
    request.context["client_config"] = SimpleNamespace(s3={"payload_signing_enabled": True})
    credentials: Any = Credentials(pair.access_key, pair.secret_key, pair.token)
    signer: Any = S3SigV4Auth(credentials, "s3", region)
    signer.add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.sampled_from(["HEAD", "GET", "PUT"]),
    buckets,
    keys,
    headers,
    st.binary(max_size=100),
    pairs,
    st.sampled_from(REGIONS),
    st.none() | endpoints,
    moments,
)
def test_a_request_is_signed_as_botocore_signs_it(  # noqa: PLR0913, PLR0917 -- all that a signature depends on
    method: str,
    bucket: str,
    key: str,
    sent: dict[str, str],
    body: bytes,
    pair: SigningKey,
    region: str,
    endpoint_url: str | None,
    now: datetime,
) -> None:
    url, signed = Authorizer(region, endpoint_url, lambda: pair, lambda: now).signed(method, bucket, key, sent, body)
    with patch("botocore.auth.get_current_datetime", lambda: now.astimezone(UTC).replace(tzinfo=None)):
        assert signed == by_botocore(AWSRequest(method, url, sent, body), pair, region)
