"""python -m tests.conformance: examine every store of docs/stores.md, show what was found, and write it there."""

import sys

from rich.console import Console

from local.laptop.check_store.findings import verdict
from local.laptop.check_store.table import table
from tests.conformance.readme import PAGE, row, written
from tests.conformance.stores import STORES


def main() -> int:
    """1 where a store is not what is expected of it."""
    console = Console()
    examined = {}
    for store in STORES:
        findings = examined[store.name] = store.examined()
        console.print(table(findings), f"{store.name}: {verdict(findings).value}\n", sep="\n")
    lines = [row(store.name, examined[store.name], store.by_chance) for store in STORES]
    PAGE.write_text(written(PAGE.read_text(), lines))
    changed = [store.name for store in STORES if verdict(examined[store.name]) is not store.expected]
    console.print(f"The table of docs/stores.md is written. Other than expected: {', '.join(changed) or 'none'}.")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
