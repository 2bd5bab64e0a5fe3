"""The table of stores in docs/stores.md: made of findings, between two marker comments."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
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
    told = [_now_and_then(each) if _name(each) in by_chance else each for each in findings]
    wrong, limits = _told(told, Outcome.WRONG), _told(told, Outcome.LIMIT)
    return f"| {name} | {_FIT[verdict(findings)]} | {wrong} | {limits} |"


def rows(text: str) -> list[str]:
    """The lines of the table that `row` made."""
    return _TABLE.found(text).splitlines()[3:]


def written(text: str, stores: Sequence[str]) -> str:
    """The page with a table of these lines, as `row` makes them."""
    lines = [
        "| store | fit | fails | limits |",
        "|---|---|---|---|",
        f"| Amazon S3 | by its [documentation]({_AWS}) | {_NOTHING} | {_NOTHING} |",
        *stores,
    ]
    return _TABLE.replaced(text, "\n".join(lines))


def _now_and_then(finding: Finding) -> Finding:
    return replace(finding, outcome=Outcome.WRONG, tried=f"{_name(finding)} (now and then)")


def _told(findings: Iterable[Finding], outcome: Outcome) -> str:
    by_subject = groupby(findings, lambda finding: finding.subject)
    told = [text for subject, found in by_subject if (text := _of_subject(subject, list(found), outcome))]
    return "; ".join(told) or _NOTHING


def _of_subject(subject: Subject, findings: Sequence[Finding], outcome: Outcome) -> str:
    failed = [finding for finding in findings if finding.outcome is outcome]
    names = list(dict.fromkeys(_name(finding) for finding in failed))
    return "; ".join(names) if len(names) <= _NAMED else f"{len(failed)} of {len(findings)} {subject}"


def _name(finding: Finding) -> str:
    if finding.subject is Subject.RACES:  # which of its conditions fails is chance, where one of them does
        return ", ".join(finding.tried.split(", ")[:2])
    name, _, example = finding.tried.partition(": ") if finding.subject is Subject.KEYS else (finding.tried, "", "")
    return f"{name} (`{example}`)" if example else name
