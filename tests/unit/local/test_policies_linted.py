"""`make policies`: which policies are looked at, in which cases, and what of them fails."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.deployed.template import TEMPLATE, read
from local.policies.examples import UnknownExpressionError, every_case
from local.policies.findings import Accepted, Finding, accepted, judged
from local.policies.written import policies
from local.project import ROOT, TOOLS

PARLIAMENT = TOOLS / "parliament" / "bin" / "python"
STAR = Finding("Role", "RESOURCE_STAR", "s3:GetObject, s3:PutObject")


def template(*statements: object) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    role = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": document}]}}
    return {"Resources": {"Role": role, "Documents": {"Type": "AWS::S3::Bucket"}}}


def allowed(action: object, resource: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def lint(folder: Path, *statements: object) -> "subprocess.CompletedProcess[str]":
    assert PARLIAMENT.exists(), "the linter is not installed: `make policies` does that"
    file = folder / "template.yaml"
    file.write_text(json.dumps(template(*statements)))
    command: list[str | Path] = [PARLIAMENT, "-W", "ignore", "-m", "local.policies", TEMPLATE, file]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_right_that_is_too_wide_unknown_or_useless_fails(tmp_path: Path) -> None:
    done = lint(
        tmp_path,
        allowed("s3:GetObject", "*"),
        allowed("*", "*"),
        allowed(["s3:PutObjekt"], {"Fn::Sub": "${Documents.Arn}/*"}),
        allowed("s3:PutObject", {"Fn::GetAtt": "Documents.Arn"}),
        allowed("s3:DeleteObject", {"Fn::Sub": "${Documents.Arn}/*"}),
    )
    assert done.returncode == 1, done.stderr
    *wrong, _ = done.stdout.splitlines()
    assert sorted(line.partition(". Mend it")[0] for line in wrong) == [
        "Role: RESOURCE_MISMATCH: s3:PutObject",
        "Role: RESOURCE_STAR: s3:GetObject",
        "Role: UNKNOWN_ACTION: Unknown action s3:PutObjekt",
        "Role: WILDCARD_ACTION: *",
    ]


def test_nothing_is_wrong_with_a_right_that_is_what_it_has_to_be(tmp_path: Path) -> None:
    done = lint(tmp_path, allowed("s3:GetObject", {"Fn::Sub": "${Documents.Arn}/*"}))
    assert done.returncode == 0, done.stdout


def test_every_case_of_a_condition_is_looked_at_once() -> None:
    part = {"Resource": {"Fn::If": ["Own", {"Fn::If": ["Named", "a", "b"]}, "c"]}, "More": [{"Ref": "AWS::NoValue"}]}
    cases = list(every_case(template(), part))
    assert sorted(case["Resource"] for case in cases) == ["a", "b", "c"]
    assert all(case["More"] == [] for case in cases)


@pytest.mark.parametrize("part", [{"Fn::ImportValue": "other"}, {"Fn::GetAtt": "Elsewhere.Arn"}])
def test_what_has_no_example_is_not_taken_for_something_else(part: dict[str, str]) -> None:
    with pytest.raises(UnknownExpressionError, match=r"examples\.py has no"):
        list(every_case(template(), {"Resource": part}))


def test_all_that_the_template_writes_is_looked_at() -> None:
    written = {policy.resource for policy in policies(read())}
    assert {"OnCreatedRole", "FullScanRole", "OpenLinkRole", "DocumentsPolicy", "EventsPolicy", "ShareAdmin"} <= written


def test_what_is_accepted_is_that_and_no_more() -> None:
    reason = Accepted("Role", "RESOURCE_STAR", ("s3:GetObject", "s3:PutObject"), "why")
    assert list(judged([STAR], [reason])) == []
    for other in (Finding("Another", STAR.issue, STAR.detail), Finding("Role", STAR.issue, f"{STAR.detail}, s3:More")):
        assert len(list(judged([STAR, other], [reason]))) == 1


def test_what_is_accepted_but_found_no_longer_has_to_go() -> None:
    (told,) = judged([], [Accepted("Role", "RESOURCE_STAR", ("s3:GetObject",), "why")])
    assert told == "Role: RESOURCE_STAR of s3:GetObject is accepted, but found no longer."


def test_each_has_a_reason() -> None:
    assert all(reason.why.strip() for reason in accepted())
