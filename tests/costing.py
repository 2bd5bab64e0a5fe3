"""What tests of costs start from: results as they are counted, and a table's lines."""

from typing import Any

import pytest

from bench import prices

on = pytest.mark.parametrize

HERE = prices.deployed()

FIVE_MINUTES = 8766 + 30.4375  # scans in 730.5 hours, and one for each of its nights

CLICKS = {"clicks": 200, "on": "a stable link", "requests": {"HEAD": 200}, "seconds": 4.4}


def row(documents: int, folders: int, seconds: float = 1.0, **requests: int) -> dict[str, Any]:
    counted = {"documents": documents, "folders": folders, "first": False, "seconds": seconds}
    return counted | {"requests": requests, "manifest_bytes": documents * 470}


def results(*scans: dict[str, Any]) -> dict[str, Any]:
    """Counted at every shape of ten thousand documents, and these."""
    shapes = (10_000, 100, 1)
    small = [row(10_000, folders, LIST=10, HEAD=folders, PUT=folders) for folders in shapes]
    small += [stable(row(10_000, folders, LIST=10, HEAD=folders, PUT=folders)) for folders in shapes]
    events = [{"batch": 200, "events": 10_000, "seconds": 10.0, "requests": {"HEAD": 10_000, "PUT": 500}}]
    events[0]["into"] = "50 small ones"
    found = {"delays": {"list": 50, "other": 20}, "scans": [*small, *scans], "events": events, "clicks": [CLICKS]}
    return {"counted": found}


def stable(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"links": "stable"}


def line_of(table: str, *cells: str) -> list[str]:
    """The rest of the line that begins with these cells."""
    (found,) = (line for line in table.splitlines() if line.startswith(f"| {' | '.join(cells)} |"))
    return found.strip("| ").split(" | ")[len(cells) :]
