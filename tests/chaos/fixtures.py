"""Fixtures of the tests that break things: `pytest_plugins` names this module where they are wanted."""

import secrets
from collections.abc import Iterator

import pytest

from tests import servers
from tests.chaos.functions import cold_start, environment, output
from tests.chaos.library import SMALL, Library
from tests.chaos.proxy import proxy_for
from tests.chaos.scenes import large_folder
from tests.chaos.trial import Stage
from tests.servers import Server


def _library(server: Server) -> Library:
    library = Library(server, f"chaos-{secrets.token_hex(8)}")
    library.client.create_bucket(Bucket=library.bucket)
    return library


@pytest.fixture
def library(store_server: Server) -> Library:
    """A bucket of this test's own."""
    return _library(store_server)


@pytest.fixture(scope="session")
def shared_stage(store_server: Server) -> Iterator[Stage]:
    library = _library(store_server)
    with proxy_for(library.server.endpoint_url) as proxy:
        yield Stage(library, proxy)


@pytest.fixture
def stage(shared_stage: Stage) -> Iterator[Stage]:
    """One for all tests on a server, its scenes with it: preparing them takes longer than playing them."""
    with shared_stage.set():
        yield shared_stage


@pytest.fixture(scope="session")
def ministack() -> Iterator[Server]:
    with servers.ministack() as server:
        yield server


@pytest.fixture
def large(library: Library, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder of the library whose manifest is above 5 MiB, and up to date."""
    for name, value in environment(library).items():
        monkeypatch.setenv(name, value)
    with output():
        functions = cold_start()
        folder = large_folder(library, functions)
        assert functions.scan(folder).success
    assert len(library.manifest(folder).body) > SMALL
    return folder
