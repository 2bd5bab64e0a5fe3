"""The template, deployed once for all end-to-end tests; each test works under a prefix of its own."""

import json
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.deployed.deployment import deploy
from local.deployed.emulator import emulator
from local.deployed.library import Library
from tests.e2e.events import settle
from tests.shell import Shell

if TYPE_CHECKING:
    from types_boto3_sqs.literals import QueueAttributeNameType

_prefixes = count(1)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with emulator(tmp_path_factory.mktemp("emulator")) as running:
        # No refresh may heal behind a test's back what it has broken.
        chosen = {"MaxReceiveCount": "2", "RefreshState": "DISABLED", "OpenLinks": "ENABLED"}
        yield Library(deploy(running.aws(), chosen))


@pytest.fixture
def shell(library: Library, tmp_path: Path) -> Shell:
    """Of a person who may do everything in the account; for whom `make up` is elsewhere."""
    stack = library.stack
    keys = {"AWS_ACCESS_KEY_ID": stack.access_key_id, "AWS_SECRET_ACCESS_KEY": stack.secret_access_key}
    where = {"AWS_ENDPOINT_URL": stack.endpoint_url, "AWS_DEFAULT_REGION": stack.region}
    return Shell(tmp_path, {**keys, **where, "PATH": os.environ["PATH"], "S3_ENDPOINT_URL": "http://127.0.0.1:1"})


@pytest.fixture
def prefix() -> str:
    return f"2026/{next(_prefixes)}/"


@pytest.fixture
def quick_redelivery(library: Library) -> Iterator[None]:
    """A message that failed comes again after three seconds, the queue's own time-out: the function may set none."""
    settle(library)  # a first start takes longer than three seconds
    sqs, url = library.aws.sqs, library.stack.queue_url
    names: list[QueueAttributeNameType] = ["VisibilityTimeout", "Policy"]
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    policy = json.loads(before["Policy"])
    policy["Statement"].append(
        {"Effect": "Deny", "Principal": "*", "Action": "sqs:ChangeMessageVisibility", "Resource": "*"}
    )
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "3", "Policy": json.dumps(policy)})
    yield
    sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"VisibilityTimeout": before["VisibilityTimeout"], "Policy": before["Policy"]}
    )
