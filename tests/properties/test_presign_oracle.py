"""Whatever is signed, the link is byte for byte botocore's.

FUZZ_EXAMPLES says how many are tried of each property.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import botocore.session
import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.links.address import base_url
from shared.links.presigned import Parameters, Presigner
from shared.links.signature import SigningKey

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
LONGEST_KEY = 1024  # bytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
PAIR = SigningKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")

_session: Any = botocore.session.Session()
_session._credentials = _credentials = Credentials("-", "-")  # noqa: SLF001 -- one client signs for any credentials


def _all_regions() -> list[str]:
    partitions = _session.get_component("data_loader").load_data("partitions")["partitions"]
    return sorted(name for each in partitions for name in each["regions"] if "global" not in name)


OVERRIDES = {
    "response-cache-control": "ResponseCacheControl",
    "response-content-disposition": "ResponseContentDisposition",
    "response-content-type": "ResponseContentType",
}
REGIONS = _all_regions()


@cache
def _client(region: str, endpoint_url: str | None) -> "S3Client":
    config = Config(signature_version="s3v4", s3={"addressing_style": "path" if endpoint_url else "virtual"})
    client: S3Client = _session.create_client("s3", region, endpoint_url=endpoint_url, config=config)
    return client


@dataclass(frozen=True, slots=True)
class Subject:
    """All that a link depends on."""

    bucket: str
    key: str
    region: str
    endpoint_url: str | None = None
    pair: SigningKey = PAIR
    now: datetime = datetime(2026, 4, 2, 8, 11, 50, tzinfo=UTC)
    expiry_seconds: int = 900
    method: str = "GET"
    parameters: Parameters = ()

    def signed_here(self) -> str:
        address = base_url(self.bucket, self.region, self.endpoint_url)
        presigner = Presigner(address, self.region, self.expiry_seconds, self.method, self.parameters)
        return presigner.at(self.pair, self.now).link(self.key)

    def signed_by_botocore(self) -> str:
        _credentials.access_key, _credentials.secret_key = self.pair.access_key, self.pair.secret_key
        _credentials.token = self.pair.token
        client = _client(self.region, self.endpoint_url)
        shown = {OVERRIDES[name]: value for name, value in self.parameters}
        named = {"Bucket": self.bucket, "Key": self.key, **shown}
        operation = f"{self.method.lower()}_object"
        with patch("botocore.auth.get_current_datetime", lambda: self.now.replace(tzinfo=None)):
            return client.generate_presigned_url(operation, Params=named, ExpiresIn=self.expiry_seconds)


def _within_limit(text: str) -> str:
    return text.encode()[:LONGEST_KEY].decode(errors="ignore")


any_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
awkward_text = st.text(
    st.sampled_from("aZ0/.-_~ +%&=?#'\"\\\n\r\t\x00\x7f:;@!$()*,<>[]{}|^`é\u0301ß🧾\ufeff\U0010ffff"), min_size=1
)
long_text = st.builds(str.__mul__, any_text, st.integers(1, 50))
path_like = st.lists(st.sampled_from(["..", ".", "", "a", "%2F", "%", "2026"]), min_size=2).map("/".join)
keys = (any_text | awkward_text | long_text | path_like).map(_within_limit).filter(bool)

labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{1,20}[a-z0-9])?", fullmatch=True)
buckets = (
    labels
    | st.lists(labels, min_size=2, max_size=3).map(".".join)
    | st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}", fullmatch=True)
).filter(lambda name: len(name) > 2 and not name.endswith("-s3"))  # those endings are S3's own, for other things

hosts = st.sampled_from(["127.0.0.1", "localhost", "Store.Example.COM", "[::1]", "s3.eu-west-1.amazonaws.com"])
ports = st.sampled_from(["", ":80", ":443", ":0443", ":9000", ":65535"])
paths = st.sampled_from(["", "/", "/s3", "/s3/", "/a//b/", "/a~b%20c"])
endpoints = st.builds("{}://{}{}{}".format, st.sampled_from(["http", "https"]), hosts, ports, paths)

visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=100)
pairs = st.builds(SigningKey, visible, visible, st.none() | visible | st.just(""))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds


overrides = st.dictionaries(st.sampled_from(sorted(OVERRIDES)), any_text | awkward_text)

subjects = st.builds(
    Subject,
    buckets,
    keys,
    st.sampled_from(REGIONS),
    st.none() | endpoints,
    pairs,
    moments,
    st.integers(1, 604_800),
    st.sampled_from(["GET", "HEAD"]),
    overrides.map(lambda chosen: tuple(sorted(chosen.items()))),
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(subjects)
@example(Subject("reports", "k" * LONGEST_KEY, "eu-west-1", expiry_seconds=604_800))
@example(Subject("reports", "🧾" * (LONGEST_KEY // 4), "eu-west-1", expiry_seconds=1))
@example(Subject("b" * 63, "a.pdf", "eu-west-1"))
@example(Subject("b" * 64, "a.pdf", "eu-west-1"))
@example(Subject("my.reports", "//..//./a b+c%'\"\n.pdf", "us-east-1"))
@example(Subject("reports", "é and e\u0301.pdf", "cn-north-1", "http://[::1]:9000"))
def test_every_link_equals_botocores(subject: Subject) -> None:
    assert subject.signed_here() == subject.signed_by_botocore()


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("bucket", ["reports", "my.reports"])
def test_every_region_botocore_knows_has_botocores_address(bucket: str, region: str) -> None:
    subject = Subject(bucket, "a.pdf", region)
    assert subject.signed_here() == subject.signed_by_botocore()
