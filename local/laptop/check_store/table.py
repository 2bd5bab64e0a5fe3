"""Findings as a person reads them."""

from collections.abc import Iterable
from itertools import groupby

from rich.table import Table
from rich.text import Text

from local.laptop.check_store.findings import Finding, Outcome

_STYLE = {Outcome.OK: "green", Outcome.LIMIT: "yellow", Outcome.WRONG: "bold red"}


def table(findings: Iterable[Finding]) -> Table:
    """A section a subject. Keys may hold what else would be markup."""
    made = Table("tried", "answered", "")
    for _, found in groupby(findings, lambda finding: finding.subject):
        made.add_section()
        for finding in found:
            outcome = Text(finding.outcome, _STYLE[finding.outcome])
            made.add_row(Text(finding.tried), Text(finding.answered), outcome)
    return made
