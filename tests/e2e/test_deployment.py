"""A deployment that fails, and the next one."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from local.deployed.aws import Aws
from local.deployed.deployment import STACK_NAME, DeploymentError, deploy
from local.deployed.emulator import emulator
from local.deployed.library import Library
from local.deployed.template import read

pytestmark = pytest.mark.xdist_group("deployment")  # one emulator for all of them

PDF = b"%PDF-1.7 a report"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running.aws()


def buckets(aws: Aws) -> set[str]:
    return {bucket["Name"] for bucket in aws.s3.list_buckets()["Buckets"] if "artifacts" not in bucket["Name"]}


def deleted(aws: Aws) -> None:
    aws.cloudformation.delete_stack(StackName=STACK_NAME)
    aws.cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK_NAME, WaiterConfig={"Delay": 1})


@pytest.fixture
def failed(aws: Aws) -> None:
    """A first deployment that failed late: as on AWS, it has alarms of an expression, which the emulator refuses."""
    with pytest.raises(DeploymentError, match=r"NoScansAlarm|NoCompleteScanAlarm"):
        deploy(aws, {"S3EndpointUrl": ""})
    deleted(aws)


@pytest.mark.usefixtures("failed")
def test_a_first_deployment_that_failed_leaves_no_bucket_in_the_way_of_the_next(aws: Aws) -> None:
    assert buckets(aws) == set()
    library = Library(deploy(aws))
    library.upload("2026/04/kept.pdf", PDF)
    deleted(aws)
    assert buckets(aws) == {library.stack.bucket}


def test_parameters_that_break_a_rule_of_the_template_are_refused_before_anything_is_made(aws: Aws) -> None:
    rule = read()["Rules"]["ManifestsHaveTheirOwn"]["Assertions"][0]["AssertDescription"]
    with pytest.raises(ClientError, match=rule):
        deploy(aws, {"BucketName": "reports", "ManifestBucketName": "reports"})
    assert "reports" not in buckets(aws)
