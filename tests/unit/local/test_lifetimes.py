"""What `make deploy` says of links' lives."""

import re

import pytest

from local.deployed import lifetimes
from local.deployed.lifetimes import period_of
from local.deployed.parameters import parsed, risks
from local.deployed.template import read
from local.project import ROOT

SECRET = {"SigningSecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:signer-a1B2c3"}
ROLE = {"SigningRoleArn": "arn:aws:iam::123456789012:role/signs-links"}
WEEK = {"UrlExpirySeconds": "604800"}
HOUR = {"UrlExpirySeconds": "3600", "RefreshSchedule": "rate(20 minutes)", "ScanAlarmSeconds": "3600"}


def told(*chosen: dict[str, str]) -> list[str]:
    """The first word of each note."""
    notes = list(risks({name: value for each in chosen for name, value in each.items()}))
    assert all(note.endswith(".") for note in notes)
    return [note.partition(":")[0].split()[0] for note in notes]


@pytest.mark.parametrize(
    ("chosen", "notes"),
    [
        ([], []),
        ([HOUR], []),
        ([WEEK], ["UrlExpirySeconds=604800"]),
        ([{"UrlExpirySeconds": "21600"}], []),
        ([{"UrlExpirySeconds": "21601"}], ["UrlExpirySeconds=21601"]),
        ([WEEK, SECRET], []),
        ([WEEK, ROLE], ["UrlExpirySeconds=604800"]),
        ([{"UrlExpirySeconds": "3600"}, ROLE], []),
        ([{"UrlExpirySeconds": "3601"}, ROLE], ["UrlExpirySeconds=3601"]),
        ([WEEK, {"Links": "stable", "OpenLinks": "ENABLED"}], ["OpenConcurrency", "LinkBaseUrl"]),
        ([{"UrlExpirySeconds": "much"}], []),
        ([{"MaxSignatureAgeSeconds": "900"}], []),
        ([{"MaxSignatureAgeSeconds": "899"}], ["MaxSignatureAgeSeconds=899"]),
        ([HOUR, SECRET, {"MaxSignatureAgeSeconds": "3599"}], ["MaxSignatureAgeSeconds=3599"]),
        ([{"UrlExpirySeconds": "7200", "MaxSignatureAgeSeconds": "3600"}, ROLE], ["UrlExpirySeconds=7200"]),
    ],
)
def test_links_that_are_to_outlive_who_signs_them_are_told(chosen: list[dict[str, str]], notes: list[str]) -> None:
    assert told(*chosen) == notes


@pytest.mark.parametrize(
    ("chosen", "notes"),
    [
        ({"UrlExpirySeconds": "899"}, ["RefreshSchedule"]),
        ({"UrlExpirySeconds": "900"}, []),
        ({"RefreshSchedule": "rate(6 minutes)"}, ["RefreshSchedule"]),
        ({"RefreshSchedule": "rate(6 minutes)", "RefreshState": "DISABLED"}, []),
        ({"RefreshSchedule": "cron(0 * * * ? *)"}, []),
        (HOUR | {"ScanAlarmSeconds": "900"}, ["ScanAlarmSeconds=900"]),
        # A role's links live half an hour at least, and it may be no more.
        (HOUR | ROLE, ["RefreshSchedule"]),
        (HOUR | ROLE | {"RefreshSchedule": "rate(10 minutes)"}, []),
    ],
)
def test_a_refresh_that_comes_too_late_is_told_where_its_period_is_known(
    chosen: dict[str, str], notes: list[str]
) -> None:
    assert told(chosen) == notes


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ("rate(1 minute)", 60),
        ("rate(5 minutes)", 300),
        ("rate(2 hours)", 7200),
        ("rate(1 day)", 86_400),
        ("cron(0 2 * * ? *)", None),
        ("rate(x minutes)", None),
        ("", None),
    ],
)
def test_the_period_of_a_rate(schedule: str, seconds: int | None) -> None:
    assert period_of(schedule) == seconds


def test_what_the_pages_show_goes_together() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = [each for page in pages for each in re.findall(r'PARAMETERS="([^"]+)"', page.read_text())]
    assert len(shown) >= 4
    for typed in shown:
        chosen = parsed(typed.replace("<", "'<").replace(">", ">'"), read()["Parameters"])
        assert list(lifetimes.risks(chosen)) == [], typed
