"""A click that is measured is followed to its document, counted by the store, and logged in the bytes that are paid."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.fake.secrets import SECRET
from bench.measures.clicks import kept
from bench.prices import LOGGED_A_CLICK
from bench.processes import BenchError, Fake, fake, here, opener
from local.project import ROOT

DOCUMENTS = 3


@pytest.fixture(scope="module")
def store() -> Iterator[Fake]:
    with fake(DOCUMENTS, 1) as store:
        yield store


@pytest.fixture(scope="module")
def links(store: Fake) -> Iterator[dict[str, str]]:
    with opener(store) as links:
        yield links


def test_both_links_are_followed_to_the_document_the_stable_one_by_one_request_more(
    store: Fake, links: dict[str, str]
) -> None:
    store.counts()
    found = here(store, "clicks", "--clicks", 4, "--documents", DOCUMENTS, **links)
    counts = store.counts()

    assert (counts["GET"], counts["HEAD"]) == (5 + 5, 5)  # and one click of either that is not timed
    assert 0 < found["bare p50"] <= found["bare p99"]
    assert found["bare p50"] < found["stable p50"] <= found["stable p99"]


def test_a_link_under_another_secret_is_no_figure(store: Fake, links: dict[str, str]) -> None:
    with pytest.raises(BenchError, match="a link is answered with 404"):
        here(store, "clicks", "--clicks", 2, **links | {"LINK_SECRET": SECRET[::-1]})


def test_a_click_of_a_share_reads_its_record_too(store: Fake) -> None:
    here(store, "opened", "--share", "--clicks", 2, COUNTED="1", **kept(store))
    counts = store.counts()

    assert {kind: many for kind, many in counts.items() if many and "bytes" not in kind} == {"HEAD": 2, "GET": 2}


def test_a_warm_function_asks_the_store_once_a_click_and_logs_as_many_bytes_as_are_paid_for(store: Fake) -> None:
    store.counts()
    named = {"COUNTED": "1", "AWS_LAMBDA_FUNCTION_NAME": "pdf-links-OpenLink-AbCdEfGhIjKl"}
    command = [sys.executable, "-m", "bench.here.opened", "--clicks", "2"]
    env = store.environment() | kept(store) | named
    ran = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    counts = store.counts()

    *lines, _ = ran.stdout.splitlines()
    written = [len(line.encode()) + 26 for line in lines[-2:]]  # CloudWatch counts so many more an event
    request_id = len('"request_id":"6f9c1b1e-3b0a-4e52-9d4c-0d7d7e6c9a11",')
    assert {kind: many for kind, many in counts.items() if many} == {"HEAD": 2}
    assert len(lines) == 3 * 2
    assert 0.8 < (sum(written) + request_id) / LOGGED_A_CLICK <= 1


@pytest.mark.parametrize(("function", "secrets"), [("open_link", 2), ("on_created", 0)])
def test_a_cold_start_ends_with_an_answer_and_reads_the_secret_where_there_is_one(
    store: Fake, function: str, secrets: int
) -> None:
    store.counts()
    found = here(store, "first", function, **(kept(store) if secrets else {}))

    assert found["seconds"] > 0
    assert store.counts().get("secret", 0) == secrets
