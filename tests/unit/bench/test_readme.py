"""Figures, costs and pictures of the pages are of the run that is kept in bench/results.json."""

import hashlib
import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import cost, readme, summary, uses
from bench.execution import executed
from bench.prices import deployed
from bench.scans import scan_of
from local.marked import PlaceError
from local.project import ROOT

MARKED = "# Cost\n\n<!-- cost: written by `make bench-readme` -->\nold\n<!-- /cost -->\nMore.\n"
RESULTS = ROOT / "bench" / "results.json"
PICTURES = ("latency", "append", "cost")


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(RESULTS.read_text())
    return kept


@pytest.mark.parametrize("name", ["figures", "cost"])
def test_a_part_is_what_the_last_full_run_makes_of_it(results: dict[str, Any], name: str) -> None:
    text = readme.PAGES[name].read_text()
    assert readme.written(text, name, readme.blocks(results)[name]) == text


def test_what_is_said_of_sizes_below_the_costs_is_what_they_are(results: dict[str, Any]) -> None:
    text = " ".join(readme.PAGES["cost"].read_text().partition("<!-- /cost -->")[2].split())
    small, one, ones, many, most = (
        executed(scan_of(results, documents, shape), deployed())
        for documents, shape in ((10**4, "100"), (10**6, "100"), (10**6, "1"), (10**8, "100"), (10**8, "1"))
    )
    often, seldom = cost.monthly(many, 300), cost.monthly(many, 1200)
    assert f"${cost.monthly(small, 300)['transitions']:.2f} a month at {8766 + 730.5 / 24:,.0f} scans" in text
    assert (one.ranges, f"one call, {math.ceil(one.seconds(5))} s" in text) == (0, True)
    minutes = [math.ceil(many.seconds(at_once) / 60) for at_once in (5, 40)]
    assert "takes {} minutes with 5 at once, {} with 40".format(*minutes) in text
    assert many.needs(1200) == 5
    assert f"for ${sum(seldom.values()):,.0f} a month" in text
    assert f"${sum(often.values()):,.0f} the transitions are ${often['transitions']:,.0f}." in text
    assert f"{ones.ranges} ranges, {math.ceil(ones.seconds(5) / 60)} minutes with 5 at once" in text
    assert f"in {most.rounds} rounds" in text
    assert f"{math.ceil(most.seconds(5) / 3600) - 1} hours with 5" in text
    assert round(ones.scan.folders / ones.scan.seconds, -1) == 350


def test_readme_says_in_short_what_the_costs_are(results: dict[str, Any]) -> None:
    text = " ".join((ROOT / "README.md").read_text().partition("## What it costs")[2].partition("\n## ")[0].split())
    months = {(each.documents, each.shape, each.refresh): each.dollars for each in cost.months(results, deployed())}
    assert f"some ${months[10**4, '100', 'every 5 minutes']:,.2f}; a million" in text
    assert (
        f"folders ${months[10**6, '100', 'every 5 minutes']:,.0f}, and ${months[10**6, '100', 'stable']:,.0f} with"
        in text
    )
    assert f"the dashboard ${sum(uses.fixed(deployed()).values()):.2f}, whatever the size" in text


def test_what_is_said_of_stable_links_below_the_costs_is_what_they_cost(results: dict[str, Any]) -> None:
    text = " ".join(readme.PAGES["cost"].read_text().partition("<!-- /cost -->")[2].split())
    without, stable = deployed(), deployed(OpenLinks="ENABLED", Links="stable")
    months = {(each.documents, each.shape, each.refresh): each.dollars for each in cost.months(results, without)}
    often, night = (months[10**6, "100", kept] for kept in ("every 5 minutes", "stable"))
    clicks = sum(uses.a_million_clicks(results["counted"]["clicks"][0], stable).values())
    opening = sum(uses.opening_links(stable, without).values())
    assert f"cost ${night:.0f} a month, not ${often:.0f}" in text
    assert f"opening their links ${opening:.2f} and ${clicks:.2f} a million clicks" in text
    for documents, told in ((10**4, "two million"), (10**6, "two hundred million")):
        spared = months[documents, "100", "every 5 minutes"] - months[documents, "100", "stable"] - opening
        assert f"{told}" in text
        assert spared / clicks > {"two million": 2, "two hundred million": 200}[told]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_drawn_from_the_last_full_run_and_shown(name: str) -> None:
    drawn = (ROOT / "docs" / "pictures" / f"{name}.svg").read_text()
    assert hashlib.sha256(RESULTS.read_bytes()).hexdigest() in drawn
    assert f"](docs/pictures/{name}.svg)" in (ROOT / "README.md").read_text()


def test_whatever_the_last_full_run_was_to_reach_and_did_not_is_told(results: dict[str, Any]) -> None:
    told = (ROOT / "docs" / "performance.md").read_text().partition("## What is not reached")[2].partition("\n## ")[0]
    missed = [measure["name"] for measure in results["measures"] for each in measure["targets"] if not each["reached"]]
    assert told
    assert [name for name in missed if f"**{name}**" not in told] == []


def test_a_part_takes_the_place_between_its_comments_and_nothing_else() -> None:
    text = readme.written(MARKED, "cost", r"\1 new")
    assert text == MARKED.replace("old", r"\1 new")
    assert readme.written(text, "cost", "newer") == MARKED.replace("old", "newer")


def test_a_readme_without_the_comments_is_refused_with_what_to_put_there() -> None:
    with pytest.raises(PlaceError, match=r"put <!-- figures: .* and <!-- /figures --> on lines of their own"):
        readme.written(MARKED, "figures", "new")


def test_nothing_is_written_where_a_part_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "README.md"
    page.write_text(MARKED)
    monkeypatch.setattr(readme, "PAGES", dict.fromkeys(readme.PAGES, page))
    monkeypatch.setattr(sys, "argv", ["readme", str(tmp_path / "none.json")])
    with pytest.raises(SystemExit):
        readme.main()
    assert "none.json: " in capsys.readouterr().err
    assert page.read_text() == MARKED


def test_a_figure_stands_beside_its_rivals_with_how_many_times_it_is_theirs() -> None:
    values = {"here, one stream": 80_000.0, "straightforward": 2_000.0, "rclone, listing alone": 100_000.0}
    measure = {"name": "rebuild", "unit": "keys/s", "values": {who: {"median": each} for who, each in values.items()}}
    machine = {
        "processor": "P",
        "date": "2026-11-28",
        "python": "3.11",
        "ours": {"boto3": "1"},
        "theirs": {"s5cmd": "2"},
    }
    size = {"delays": [0], "small_folders": 10, "small_delay": 20, "lines": [20_000], "rounds": 3}
    told = summary.table({"measures": [measure], "machine": machine, "size": size})
    assert (
        "| a full scan, LIST from memory | 80,000 keys/s | straightforward 2,000 keys/s (40 ×); "  # noqa: RUF001
        "rclone, listing alone 100,000 keys/s (0.8 ×) |" in told  # noqa: RUF001
    )
    assert "events" not in told
