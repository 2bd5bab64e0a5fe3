"""What a person types as PARAMETERS, and what the template is given."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.deployed.parameters import ParameterError, all_of, check_bucket_name, parsed, risks, unheard
from local.deployed.template import read

KNOWN = ("Prefix", "RefreshSchedule", "BucketName")


def test_a_value_holds_what_its_quotes_hold() -> None:
    assert parsed("RefreshSchedule='rate(20 minutes)' Prefix=", KNOWN) == {
        "RefreshSchedule": "rate(20 minutes)",
        "Prefix": "",
    }
    assert parsed('Prefix="a=b $c"', KNOWN) == {"Prefix": "a=b $c"}
    assert parsed("", KNOWN) == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("RefreshSchedule=rate(20 minutes)", "'minutes\\)'.*quotes"),
        ("Prefix='2026/", "closing quotation"),
        ("Perfix=2026/", "'Perfix'.*Prefix"),
        ("Architecture=x86_64", "ARCH="),
        ("Prefix=a/ Prefix=b/", "Prefix twice"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(typed: str, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        parsed(typed, KNOWN)


def test_what_is_not_chosen_is_its_default_again_for_sam_would_leave_it_as_it_was() -> None:
    template = read()
    written = all_of({"Prefix": "a/"}, template)
    assert set(written) == set(template["Parameters"])
    assert (written["Prefix"], written["MaxSignatureAgeSeconds"], written["QueueMax"]) == ("a/", "", "50000")


@pytest.mark.parametrize("stack", ["a" * 36, "Reports", "team_links"])
def test_a_stack_no_bucket_can_be_called_after_needs_a_bucket_name(stack: str) -> None:
    with pytest.raises(ParameterError, match="BucketName"):
        check_bucket_name(stack, {})
    check_bucket_name(stack, {"BucketName": "reports"})


def test_the_longest_stack_gives_a_bucket_name_of_the_longest_region_and_no_longer() -> None:
    check_bucket_name("a" * 35, {})
    assert len("a" * 35 + "-123456789012-ap-southeast-1") == 63


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, []),
        ({"OpenLinks": "DISABLED", "OpenConcurrency": ""}, []),
        ({"OpenLinks": "ENABLED"}, ["OpenConcurrency"]),
        ({"OpenLinks": "ENABLED", "OpenConcurrency": "10"}, []),
        ({"OpenLinks": "ENABLED", "OpenConcurrency": "10", "Links": "stable"}, ["LinkBaseUrl"]),
        ({"OpenLinks": "ENABLED", "Links": "stable", "LinkBaseUrl": "https://links.example.com"}, ["OpenConcurrency"]),
    ],
)
def test_what_may_be_regretted_is_said_in_a_sentence_each(chosen: dict[str, str], said: list[str]) -> None:
    assert [risk.split()[0] for risk in risks(chosen)] == said
    assert all(risk.endswith(".") for risk in risks(chosen))


def test_that_alarms_tell_nobody_is_said() -> None:
    (risk,) = unheard({})
    assert risk.startswith("AlarmTopicArn is empty")
    assert list(unheard({"AlarmTopicArn": "arn:aws:sns:eu-west-1:123456789012:night"})) == []


def test_it_is_said_where_a_person_reads_it_and_hinders_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local.deployed.parameters", "pdf-links", "arm64", str(tmp_path / "chosen.yaml")]
    env = {"PARAMETERS": "OpenLinks=ENABLED Links=stable"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert done.stderr.count("Note: ") == 3
    assert (tmp_path / "chosen.yaml").exists()


def test_the_file_holds_the_processor_too_and_a_mistake_leaves_none(tmp_path: Path) -> None:
    def run(name: str, typed: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "local.deployed.parameters", "pdf-links", "arm64", str(tmp_path / name)]
        return subprocess.run(command, env={"PARAMETERS": typed}, capture_output=True, text=True, check=False)

    assert run("good.yaml", "Prefix='a b/'").returncode == 0
    written = json.loads((tmp_path / "good.yaml").read_text())
    assert (written["Architecture"], written["Prefix"], written["UrlExpirySeconds"]) == ("arm64", "a b/", "900")
    bad = run("bad.yaml", "Nonsense")
    assert bad.returncode == 1
    assert "Nonsense" in bad.stderr
    assert not (tmp_path / "bad.yaml").exists()
