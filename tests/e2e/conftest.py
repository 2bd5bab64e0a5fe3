"""The template, deployed once for all end-to-end tests; each test works under a prefix of its own."""

from collections.abc import Iterator
from itertools import count

import pytest

from local.deployed.deployment import deploy
from local.deployed.emulator import emulator
from local.deployed.library import Library

_prefixes = count(1)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with emulator(tmp_path_factory.mktemp("emulator")) as running:
        # No refresh may heal behind a test's back what it has broken.
        yield Library(deploy(running.aws(), {"MaxReceiveCount": "2", "RefreshState": "DISABLED"}))


@pytest.fixture
def prefix() -> str:
    return f"2026/{next(_prefixes)}/"


@pytest.fixture
def quick_redelivery(library: Library) -> Iterator[None]:
    """A message that failed comes again after seconds, not minutes."""
    sqs, url = library.aws.sqs, library.stack.queue_url
    slow = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "3"})
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": slow["VisibilityTimeout"]})
