"""What pages say that was measured: README's figures, and what a month costs.

python -m bench.readme [results.json]    (make bench-readme)
"""

import argparse
import json
from pathlib import Path
from typing import Any

from bench import cost, summary
from bench.prices import deployed
from bench.scans import CountError
from local.marked import Part, PlaceError
from local.project import ROOT

PAGES = {"figures": ROOT / "README.md", "cost": ROOT / "docs" / "cost.md"}


def blocks(results: dict[str, Any]) -> dict[str, str]:
    """The parts by name. Raises CountError."""
    return {"figures": summary.table(results), "cost": cost.tables(results, deployed())}


def written(text: str, name: str, block: str) -> str:
    """A page with this part between its comments. Raises PlaceError."""
    return Part(name, "bench-readme").replaced(text, block)


def main() -> None:
    """Write them all, or nothing."""
    options = argparse.ArgumentParser(prog="python -m bench.readme")
    options.add_argument("results", type=Path, nargs="?", default=Path(__file__).with_name("results.json"))
    asked = options.parse_args()
    try:
        made = blocks(json.loads(asked.results.read_text()))
        pages = {PAGES[name]: written(PAGES[name].read_text(), name, block) for name, block in made.items()}
    except (CountError, PlaceError, OSError, ValueError) as error:
        options.error(f"{asked.results}: {error}")
    for page, text in pages.items():
        page.write_text(text)


if __name__ == "__main__":
    main()
