"""The table of stores in docs/stores.md: made of findings, between two marker comments."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from local.laptop.check_store.findings import Finding, Outcome, Subject, Verdict, verdict
from local.marked import Part
from local.project import ROOT

PAGE = ROOT / "docs" / "stores.md"
_TABLE = Part("stores", "conformance")
_AWS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"
_FIT = {Verdict.FIT: "yes", Verdict.LIMITED: "with limits", Verdict.UNFIT: "**no**"}
_NAMED = 4  # so many failures of one subject are named, more are counted
_NOTHING = "\u2013"


def row(name: str, findings: Sequence[Finding], by_chance: Collection[str] = ()) -> str:
    """A store's line. Nothing in it differs from one examination to the next: no counts of rounds, no answers.

    `by_chance`: what fails on it in some examinations alone, and is told whether it did in this one or not.
    """
    wrong, limits = _told(findings, Outcome.WRONG, by_chance), _told(findings, Outcome.LIMIT)
    return f"| {name} | {_FIT[verdict(findings)]} | {wrong} | {limits} |"


def rows(text: str) -> list[str]:
    """The lines of the table that `row` made."""
    return _TABLE.found(text).splitlines()[3:]


def written(text: str, rows_of: Sequence[str]) -> str:
    """The page with a table of such lines."""
    lines = [
        "| store | fit | fails | limits |",
        "|---|---|---|---|",
        f"| Amazon S3 | by its [documentation]({_AWS}) | {_NOTHING} | {_NOTHING} |",
        *rows_of,
    ]
    return _TABLE.replaced(text, "\n".join(lines))


def _told(findings: Iterable[Finding], outcome: Outcome, by_chance: Collection[str] = ()) -> str:
    by_subject = groupby(findings, lambda finding: finding.subject)
    told = [text for subject, found in by_subject if (text := _of_subject(subject, list(found), outcome, by_chance))]
    return "; ".join(told) or _NOTHING


def _of_subject(
    subject: Subject, findings: Sequence[Finding], outcome: Outcome, by_chance: Collection[str] = ()
) -> str:
    failed = [finding for finding in findings if finding.outcome is outcome or _name(finding) in by_chance]
    names = list(dict.fromkeys(_named(finding, by_chance) for finding in failed))
    return "; ".join(names) if len(names) <= _NAMED else f"{len(failed)} of {len(findings)} {subject}"


def _named(finding: Finding, by_chance: Collection[str]) -> str:
    name = _name(finding)
    return f"{name} (now and then)" if name in by_chance else name


def _name(finding: Finding) -> str:
    if finding.subject is Subject.RACES:  # which of its conditions fails is chance, where one of them does
        return ", ".join(finding.tried.split(", ")[:2])
    name, _, example = finding.tried.partition(": ") if finding.subject is Subject.KEYS else (finding.tried, "", "")
    return f"{name} (`{example}`)" if example else name
