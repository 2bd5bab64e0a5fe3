"""What links that do not expire cost, and what opens them."""

import math

import pytest

from bench import cost, prices, uses
from bench.execution import executed
from bench.scans import CountError, Scan, scan_of
from shared.links.secret import KeptSecret
from tests.costing import CLICKS, FIVE_MINUTES, HERE, line_of, on, results, row, stable


def test_stable_links_cost_a_scan_a_night_and_nothing_else() -> None:
    scan = Scan(1_000_000, 10_000, {"LIST": 1_000, "HEAD": 10_000, "PUT": 10_000}, 60.0, 1024**3, 0.05)

    parts = cost.monthly(executed(scan, HERE), math.inf)

    # A sixth of a hundredth of the same, presigned, every five minutes; the storage is the same.
    assert parts["S3 requests"] == pytest.approx(30.4375 * (0.055 + 0.004 + 22 * 0.000005))  # $1.80
    assert sum(parts.values()) - 0.023 == pytest.approx((553.72 - 0.023) * 30.4375 / FIVE_MINUTES, abs=0.005)  # $1.92


def test_a_million_links_in_ten_thousand_folders_cost_two_dollars_where_they_are_stable() -> None:
    many = [row(1_000_000, 10_000, 60.0, LIST=1_000, HEAD=10_000, PUT=10_000)]
    table = cost.tables(results(*many, *map(stable, many)), HERE)

    *_, often, _, daily, night = line_of(table, "1,000,000", "100")
    # nightly: requests 1.80, Lambda 0.04, logs 0.07, storage 0.01
    assert (often, daily, night) == ("$554", "$3.84", "$1.93")


def test_scans_with_stable_links_are_told_from_those_with_presigned_ones() -> None:
    counted = results(row(1_000_000, 10_000, 58.0, PUT=7), stable(row(1_000_000, 10_000, 40.0, PUT=5)))

    assert scan_of(counted, 1_000_000, "100").requests == {"PUT": 7}
    assert scan_of(counted, 1_000_000, "100", "stable").requests == {"PUT": 5}


def test_results_of_before_there_were_stable_links_are_refused_with_what_to_count() -> None:
    old = results()
    old["counted"]["scans"] = [row for row in old["counted"]["scans"] if "links" not in row]

    with pytest.raises(CountError, match=r"no refresh \(first: false, stable links\) to tell 10,000 documents"):
        cost.tables(old, HERE)


def test_a_million_clicks_cost_what_a_person_computes() -> None:
    # 22 ms on a whole processor are 76 ms on 512 of 1,769 MB: 0.038 GB-seconds.
    assert uses.a_million_clicks(CLICKS, HERE) == pytest.approx(
        {
            "S3 requests": 0.4,
            "Lambda": 0.022 * 1769 / 1024 * 0.0000133334 * 1_000_000 + 0.2,  # $0.71
            "logs": 600 * 1_000_000 / 1024**3 * 0.5,  # $0.28
            "Secrets Manager": 87_660 * 0.000005,  # two a minute, $0.44
        }
    )


def test_clicks_are_told_below_uploads() -> None:
    told = line_of(cost.tables(results(), HERE), "a stable link")

    assert told == ["$0.40", "$0.71", "$0.28", "$0.44", "$1.82"]


def test_what_opens_links_costs_the_same_whether_anybody_opens_one_or_not() -> None:
    opening = prices.deployed(OpenLinks="ENABLED")

    assert uses.opening_links(opening, HERE) == pytest.approx(
        {"a secret": 0.4, "7 metrics of alarms": 0.7, "4 metrics of its own": 1.2}
    )
    assert "$2.30 a month come with `OpenLinks`" in " ".join(cost.tables(results(), HERE).split())


@on(
    ("chosen", "metrics"),
    [
        ({}, 20),
        ({"OpenLinks": "ENABLED"}, 27),
        ({"OpenLinks": "ENABLED", "Links": "stable"}, 24),
        ({"Links": "stable"}, 20),
    ],
)
def test_alarms_are_paid_for_where_their_condition_holds(chosen: dict[str, str], metrics: int) -> None:
    assert prices.deployed(**chosen).alarm_metrics == metrics


def test_a_secret_is_read_as_often_as_is_paid_for_where_links_are_opened_all_the_time() -> None:
    clock, read = {"now": 0}, iter(range(10_000))
    secret = KeptSecret(lambda: (b"%032d" % next(read),), lambda: clock["now"])
    for second in range(3600):
        clock["now"] = second
        secret.opening()

    assert next(read) == 60  # each time both stages
    assert uses.SECRETS_A_MONTH == 730.5 * 60 * 2
