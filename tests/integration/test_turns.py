"""On real servers: a scan that is cut off and goes on makes the manifests that one stream makes."""

import itertools
import json
import random

import pytest

from shared.domain.errors import StoreUnfitError
from tests.chaos.context import Context
from tests.chaos.library import Library
from tests.chaos.messages import Reply
from tests.chaos.proxy import Break, Call, Exchange, proxy_for
from tests.integration.turning import Asked, Turning
from tests.servers import Server

on = pytest.mark.parametrize
pytestmark = pytest.mark.timeout(180)  # on a busy machine
NAMES = ("a", "a-", "a0", "a b", "\u00fc", "\uffee", "\U0001f600")
NESTED = [f"{one}/{two}/{number}.pdf" for one in NAMES for two in (*NAMES, "deep/er") for number in range(2)]
BETWEEN = [f"{one}/{number}.{kind}" for one in NAMES for number in range(4) for kind in ("pdf", "txt")]
MARKERS = [f"{one}/a/" for one in NAMES]
TREE = [*NESTED, *BETWEEN, "top.pdf", "zz.pdf"]
GONE = [f"{one}/gone/1.pdf" for one in NAMES] + ["gone/1.pdf", "zzz/1.pdf"]
FLAT = [f"flat/{number:04}.pdf" for number in range(800)]


@pytest.fixture
def library(store_server: Server, bucket: str) -> Library:
    return Library(store_server, bucket)


def require_one_stream(turning: Turning) -> None:
    assert turning.manifests() == turning.right
    assert not [each for each in turning.library.leftovers() if each.startswith("staged")]


@pytest.mark.campaign
@on("store_server", ["minio"], indirect=True)
def test_a_scan_of_thousands_that_is_cut_off_again_and_again_makes_them(library: Library) -> None:
    turning = Turning(library, [*FLAT, *TREE, *MARKERS, *(f"many/{n:04}/1.pdf" for n in range(120))], GONE)
    with turning.functions(QUEUE_MAX="40") as functions:
        answers = turning.turns(functions, {}, lambda more: Context(2.1 + more / 5))  # as little as brings it on
    assert len(answers) > 2
    require_one_stream(turning)


@on("store_server", ["minio"], indirect=True)
def test_many_cuts_make_them(library: Library) -> None:
    turning = Turning(library, [*TREE, *MARKERS], GONE)
    chosen = random.Random(2026)
    with turning.functions(QUEUE_MAX="8") as functions:
        answers = turning.turns(functions, {}, lambda more: Asked(chosen.randint(20, 40) + 5 * more))
    assert len(answers) > 10
    assert max(len(json.dumps(each)) for each in answers) < 200 * 1024
    require_one_stream(turning)


@on("store_server", ["minio"], indirect=True)
@on("depth", ["1", "2"])
def test_ranges_in_turns_and_then_what_their_ends_cut_make_them(library: Library, depth: str) -> None:
    turning = Turning(library, TREE, GONE, PREFIX_DEPTH=depth)
    ends = ["a", "a-/", "a/", "a/a-/2.pdf", "a0/deep/er/1", "gone/", "\u00fc/\uffee/", "\U0001f600/a/1.pdf"]
    alone: set[str] = set()
    with turning.functions(QUEUE_MAX="20") as functions:
        for after, until in itertools.pairwise([None, *sorted(ends), None]):
            own = {"after": after, "until": until}
            answers = turning.turns(functions, own, lambda more: Asked(40 + 10 * more))
            alone.update(*(each.get("alone", []) for each in answers))
        turning.turns(functions, {"alone": sorted(alone)}, lambda more: Asked(60 + 10 * more))
    require_one_stream(turning)


@on("store_server", ["seaweedfs"], indirect=True)
def test_a_store_with_an_order_of_its_own_is_scanned_in_turns_or_refused_and_nothing_is_emptied(
    library: Library,
) -> None:
    turning = Turning(library, [key for key in TREE if key.startswith("a")], GONE[:3])
    refused = 0
    with turning.functions(QUEUE_MAX="8") as functions:
        for times in (30, 90):
            turning.restore()
            try:
                turning.turns(functions, {}, lambda more, times=times: Asked(times + 10 * more))  # type: ignore[misc]
            except StoreUnfitError:
                refused += 1
                assert not emptied(turning)
            else:
                assert turning.manifests() == turning.right
        assert functions.scan("").success
    require_one_stream(turning)


def emptied(turning: Turning) -> list[str]:
    """Manifests without a line of folders that have documents."""
    return [key for key, right in turning.right.items() if right and not turning.manifests().get(key, right)]


@on("store_server", ["minio"], indirect=True)
def test_a_store_that_asks_to_slow_down_makes_turns_longer_and_no_others(library: Library) -> None:
    turning = Turning(library, TREE, GONE)
    lists = itertools.count(1)

    def slow_down(exchange: Exchange) -> None:
        exchange.answer(Reply(503, "Slow Down", (("Content-Type", "application/xml"),), SLOW, len(SLOW)))

    def plan(call: Call) -> Break | None:
        is_list = call.operation.name.startswith("List")
        return slow_down if is_list and next(lists) % 3 == 0 else None

    with (
        proxy_for(library.server.endpoint_url) as proxy,
        proxy.watch(plan),
        turning.functions(QUEUE_MAX="200", S3_ENDPOINT_URL=proxy.endpoint_url) as functions,
    ):
        turning.turns(functions, {}, lambda more: Asked(120 + 20 * more))
    assert next(lists) > 10
    require_one_stream(turning)


SLOW = b"<Error><Code>SlowDown</Code><Message>slower</Message></Error>"
