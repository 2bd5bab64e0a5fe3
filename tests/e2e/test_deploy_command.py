"""`make deploy`, run as README says, by the real SAM, into the emulator."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.deployed.aws import Aws
from local.deployed.emulator import emulator
from local.deployed.parameters import write
from local.deployed.reached import reached
from local.project import ROOT, TOOLS

pytestmark = pytest.mark.xdist_group("package")  # it builds for Lambda

READ_BY_SAM = """
import json, sys
from samcli.cli.types import CfnParameterOverridesType
print(json.dumps(CfnParameterOverridesType().convert((sys.argv[1],), None, None)))
"""
VALUES = {"Prefix": "März & April/", "NightlySchedule": "cron(0 2 * * ? *)", "TimeZone": "", "BucketName": "a=b,c'd"}


@pytest.fixture(scope="module")
def sam() -> Path:
    """Where SAM is."""
    folder = TOOLS / "sam" / "bin"
    assert (folder / "sam").exists(), "SAM is not installed: `make test` and `make validate` do that"
    return folder


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running.aws()


def readmes_line(*more: str) -> str:
    """The command as README has it, with these parameters more."""
    (line,) = re.findall(r"^\$ (make deploy .*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    return str(line).replace('PARAMETERS="', f'PARAMETERS="{" ".join(more)} ')


def run(command: str, aws: Aws) -> "subprocess.CompletedProcess[str]":
    own = {"AWS_ENDPOINT_URL": aws.endpoint_url, "AWS_DEFAULT_REGION": aws.region}
    keys = {"AWS_ACCESS_KEY_ID": aws.access_key_id, "AWS_SECRET_ACCESS_KEY": aws.secret_access_key}
    person = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env = person | own | keys
    return subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def chosen(aws: Aws, stack: str) -> dict[str, str]:
    (found,) = aws.cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return {each["ParameterKey"]: each["ParameterValue"] for each in found["Parameters"]}


def test_a_value_reaches_sam_as_it_was_typed(sam: Path, tmp_path: Path) -> None:
    file = tmp_path / "parameters.yaml"
    write(VALUES, file)
    read = subprocess.run(
        [sam / "python", "-c", READ_BY_SAM, f"file://{file}"], capture_output=True, text=True, check=True
    )
    assert json.loads(read.stdout) == VALUES


@pytest.mark.usefixtures("sam")
def test_readmes_line_deploys_what_it_says(aws: Aws) -> None:
    line = readmes_line(f"S3EndpointUrl={aws.endpoint_url}", "OpenLinks=ENABLED")
    done = run(f'{line} TAGS="team=finance cost-centre=7"', aws)
    assert done.returncode == 0, done.stderr
    assert "Note: OpenConcurrency is empty" in done.stderr
    assert reached(aws, "pdf-links").output("LinkBaseUrl").startswith("https://")
    (found,) = aws.cloudformation.describe_stacks(StackName="pdf-links")["Stacks"]
    assert {each["Key"]: each["Value"] for each in found["Tags"]} == {"team": "finance", "cost-centre": "7"}
    parameters = chosen(aws, "pdf-links")
    said: dict[str, Any] = {"UrlExpirySeconds": "3600", "ScanAlarmSeconds": "3600", "TimeZone": "Europe/Berlin"}
    assert said.items() <= parameters.items()
    assert parameters["RefreshSchedule"] == "rate(20 minutes)"
    assert parameters["Architecture"] == "arm64"
    expressions = {
        aws.scheduler.get_schedule(Name=each["Name"])["ScheduleExpression"]
        for each in aws.scheduler.list_schedules()["Schedules"]
    }
    assert expressions == {"rate(20 minutes)", "cron(0 2 * * ? *)"}


@pytest.mark.usefixtures("sam")
def test_what_is_not_named_again_is_its_default_again(aws: Aws) -> None:
    assert chosen(aws, "pdf-links")["UrlExpirySeconds"] == "3600"
    done = run(f"make deploy STACK=pdf-links PARAMETERS=S3EndpointUrl={aws.endpoint_url}", aws)
    assert done.returncode == 0, done.stderr
    assert chosen(aws, "pdf-links")["UrlExpirySeconds"] == "900"


@pytest.mark.usefixtures("sam")
def test_a_first_deployment_that_failed_is_gone_so_that_the_next_can_begin(aws: Aws) -> None:
    as_on_aws = "S3EndpointUrl= Releases=all-at-once"  # which has an alarm that the emulator refuses
    failing = f"make deploy STACK=again PARAMETERS='{as_on_aws}'"
    done = run(failing, aws)
    assert done.returncode != 0
    assert "NoScansAlarm" in done.stdout + done.stderr
    names = {stack["StackName"] for stack in aws.cloudformation.describe_stacks()["Stacks"]}
    assert "again" not in names
    assert not [each for each in aws.s3.list_buckets()["Buckets"] if each["Name"].startswith("again-")]
