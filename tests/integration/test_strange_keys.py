"""500 strange keys: each one listed, signed as botocore signs it, and downloaded by its link, by both functions."""

import random
import urllib.request
from datetime import datetime
from typing import TYPE_CHECKING
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.domain.manifest import Line
from tests.integration.deployment import deployed, manifest, shown
from tests.servers import Server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_PIECES = (
    *" +%&=?#;:,@!$'()*[]{}<>|^`~\"\\",
    *("\u00e9", "e\u0301", "\u00fc", "\u00df", "\u65e5\u672c\u8a9e", "\U0001f4c4", "\U0001f469\u200d\U0001f467"),
    *("\u05e2\u05d1\u05e8\u05d9\u05ea", "\u202e", "\u2028", "\u0085"),
    *("%20", "%2F", "+%2B+", "a b", "..a", "-", "_", "q1", "REPORT", "x" * 60, "\t", "\n", "\r"),
)
_CONTROL = set("\t\n\r\u0085\u2028")
_REFUSED = {  # by the server, already at the upload
    "minio": set("\\") | _CONTROL,
    "seaweedfs": _CONTROL | set("\\"),
    "moto": {"\n"},
}
FOLDER = "strange/"


def strange_keys(count: int, without: set[str]) -> list[str]:
    """Different ones, the same in every run, none with a piece that the server refuses."""
    pieces = [piece for piece in _PIECES if not without & set(piece)]
    chosen = random.Random(2026)
    keys: dict[str, None] = {}
    while len(keys) < count:
        name = "".join(chosen.choices(pieces, k=chosen.randint(1, 6)))
        keys[f"{FOLDER}{name}.{chosen.choice(['pdf', 'PDF', 'Pdf'])}"] = None
    return list(keys)


@pytest.mark.timeout(180)
def test_five_hundred_strange_keys_are_linked_as_botocore_would_and_download(
    store_server: Server, s3: "S3Client", bucket: str
) -> None:
    keys = strange_keys(500, _REFUSED[store_server.name])
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    with deployed(store_server, bucket) as functions:
        assert functions.deliver(*keys).success
        updated = manifest(s3, bucket, FOLDER)
        assert functions.scan(FOLDER).body["count"] == 500
    rebuilt = manifest(s3, bucket, FOLDER)
    for lines in (updated, rebuilt):
        assert set(shown(lines)) == set(keys)
        for key, line in lines.items():
            assert line.url == by_botocore(s3, bucket, line), key
    for key, line in rebuilt.items():
        with urllib.request.urlopen(line.url or "") as download:
            assert download.read() == key.encode()


def by_botocore(s3: "S3Client", bucket: str, line: Line) -> str:
    """The link botocore would have made at the time of this one."""
    stamp = parse_qs(urlsplit(line.url or "").query)["X-Amz-Date"][0]
    with patch("botocore.auth.get_current_datetime", lambda: datetime.strptime(stamp, "%Y%m%dT%H%M%SZ")):  # noqa: DTZ007 -- as botocore's
        return s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": line.key}, ExpiresIn=900)
