"""LogLevel=DEBUG: neither the functions' own lines nor what an SDK would tell hold a link, a secret or a token."""

import logging
import secrets
from collections.abc import Callable, Iterator
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from shared.telemetry import logger
from tests.chaos.functions import executed
from tests.clicks import BASE, event
from tests.conftest import Log
from tests.integration.deployment import deployed, manifest
from tests.servers import Server

PDF = b"%PDF-1.7 a report"
SECRET = "a secret of no less than 32 bytes"  # of links that do not expire
TOKEN = "a-token-of-a-role"

Told = Callable[[], str]


@pytest.fixture
def at_debug() -> Iterator[Told]:
    """All that is logged, by whomever, where Lambda's runtime has set that level before it imported the functions."""
    root, text = logging.getLogger(), StringIO()
    handler, before, ours = logging.StreamHandler(text), root.level, logger.log_level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logger.setLevel(logging.DEBUG)
    yield text.getvalue
    logger.setLevel(ours)
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def variables(store_server: Server) -> dict[str, str]:
    """Links that do not expire, under a secret that is kept where an SDK reads it."""
    own = {
        "AWS_SESSION_TOKEN": TOKEN,
        "AWS_ENDPOINT_URL": store_server.endpoint_url,
        "LINKS": "stable",
        "LINK_BASE_URL": BASE,
    }
    keys = store_server.access_key_id, store_server.secret_access_key
    session = boto3.Session(*keys, region_name=store_server.region)
    manager = session.client("secretsmanager", endpoint_url=store_server.endpoint_url)
    made = manager.create_secret(Name=f"links-{secrets.token_hex(4)}", SecretString=SECRET)
    return own | {"LINK_SECRET_ID": made["ARN"]}


def signature(link: str) -> str:
    (found,) = parse_qs(urlsplit(link).query)["X-Amz-Signature"]
    return found


@pytest.mark.parametrize("store_server", ["moto"], indirect=True)
def test_documents_are_named_and_nothing_that_opens_them(
    store_server: Server, bucket: str, variables: dict[str, str], at_debug: Told, log: Log
) -> None:
    s3 = store_server.client()
    s3.put_object(Bucket=bucket, Key="a/1.pdf", Body=PDF)
    with deployed(store_server, bucket, **variables) as functions:
        assert functions.deliver("a/1.pdf").success
        assert functions.scan("").success
        (line,) = manifest(s3, bucket, "a/").values()
        stable = str(line.url)
        opened = executed("open_link").handler(event(stable.removeprefix(BASE)), None)
    ours = log()
    assert [each["keys"] for each in ours if each["level"] == "DEBUG"] == [["a/1.pdf"]]
    assert [each["status"] for each in ours if each["message"] == "answered"] == [302]
    mac = stable.removeprefix(f"{BASE}/d/").partition("/")[0]
    opening = [mac, SECRET, TOKEN, signature(opened["headers"]["location"])]
    assert not [each for each in opening if each in f"{ours}{at_debug()}"]
