"""A stack's life: a deployment that fails, the next one, updates in place, its end, and another beside what it left."""

import shutil
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local.deployed.aws import Aws
from local.deployed.deployment import LIVE, STACK_NAME, DeploymentError, Stack, deploy, update
from local.deployed.emulator import emulator
from local.deployed.library import Library, fetch, seconds_until
from local.deployed.package import HERE, package
from local.deployed.reached import reached
from local.deployed.template import read
from tests.e2e.crowd import coming_and_going, differences
from tests.e2e.events import settle
from tests.e2e.live import live_version

pytestmark = pytest.mark.xdist_group("deployment")  # one emulator for all of them, and one life

PDF = b"%PDF-1.7 a report"
FIRST, SECOND, BUSY = "2026/before/1.pdf", "2026/before/2.pdf", ["2026/busy/a/", "2026/busy/b/", "2026/busy/c/"]
HANDLER = "functions/on_created/handler.py"
SAYS_SO = '\nfrom shared.telemetry import logger\nlogger.info("the second release")\n'


@dataclass(frozen=True, slots=True)
class Update:
    """What there was before; `versions`: which were live, before the first change and after each."""

    stack: Stack
    address: str
    first_link: str
    versions: tuple[str, str, str]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    with emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running.aws()


def buckets(aws: Aws) -> set[str]:
    return {bucket["Name"] for bucket in aws.s3.list_buckets()["Buckets"] if "artifacts" not in bucket["Name"]}


def deleted(aws: Aws) -> None:
    aws.cloudformation.delete_stack(StackName=STACK_NAME)
    aws.cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK_NAME, WaiterConfig={"Delay": 1})


def address(aws: Aws, stack: Stack) -> str:
    """At which the function opens links."""
    found = aws.lambda_.get_function_url_config(FunctionName=stack.open_link_function, Qualifier=LIVE)
    return found["FunctionUrl"]


def lives(library: Library, key: str) -> float:
    """For how many seconds a document's link lives from now on."""
    line = library.line(key)
    assert line is not None
    assert line.expires_at is not None
    return (datetime.fromisoformat(line.expires_at) - datetime.now(UTC)).total_seconds()


def second_release(folder: Path) -> Path:
    """The functions' zip, with a line more: a later file of the same name is the one that counts."""
    changed = folder / "functions.zip"
    shutil.copy(package(HERE), changed)
    with zipfile.ZipFile(changed, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the name that is there twice
        archive.writestr(HANDLER, archive.read(HANDLER).decode() + SAYS_SO)
    return changed


@pytest.fixture(scope="module")
def failed(aws: Aws) -> set[str]:
    """A first deployment that failed late: as on AWS, it has alarms of an expression, which the emulator refuses.

    The buckets that it left.
    """
    with pytest.raises(DeploymentError, match=r"NoScansAlarm|NoCompleteScanAlarm"):
        deploy(aws, {"S3EndpointUrl": "", "Releases": "all-at-once"})
    deleted(aws)
    return buckets(aws)


@pytest.fixture(scope="module")
def library(aws: Aws, failed: set[str]) -> Library:
    """What is deployed after that."""
    assert failed == set()
    return Library(deploy(aws, {"OpenLinks": "ENABLED", "RefreshState": "DISABLED"}))


@pytest.fixture(scope="module")
def updated(aws: Aws, library: Library, tmp_path_factory: pytest.TempPathFactory) -> Update:
    """A parameter alone, then code alone, while documents come and go; all that they told has been handled."""
    library.upload(FIRST, PDF)
    seconds_until(lambda: library.shows(FIRST), "the first document in its manifest")
    line, opened_at = library.line(FIRST), address(aws, library.stack)
    code = second_release(tmp_path_factory.mktemp("second"))

    def version() -> str:
        return live_version(aws, library.stack.on_created_function)

    with coming_and_going(library, BUSY, seed=13) as left:
        seconds_until(lambda: len(left) > 5, "some documents")
        first = version()
        update(aws, {"UrlExpirySeconds": "7200"}, package(HERE))
        second = version()
        update(aws, {}, code)
        many = len(left)
        seconds_until(lambda: len(left) > many + 5, "some more")
    settle(library)
    return Update(library.stack, opened_at, str(line and line.url), (first, second, version()))


def test_a_first_deployment_that_failed_leaves_no_bucket_in_the_way_of_the_next(
    failed: set[str], library: Library
) -> None:
    assert failed == set()
    assert library.stack.bucket in buckets(library.aws)


def test_parameters_that_break_a_rule_of_the_template_are_refused_before_anything_is_made(aws: Aws) -> None:
    rule = read()["Rules"]["ManifestsHaveTheirOwn"]["Assertions"][0]["AssertDescription"]
    with pytest.raises(ClientError, match=rule):
        deploy(aws, {"BucketName": "reports", "ManifestBucketName": "reports"}, "refused")
    assert "reports" not in buckets(aws)


def test_an_update_in_place_loses_no_event(library: Library, updated: Update) -> None:
    assert updated.stack == library.stack
    assert differences(library, "2026/busy/") == {}
    dead = library.aws.sqs.get_queue_attributes(
        QueueUrl=library.stack.dead_letter_queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert dead["Attributes"]["ApproximateNumberOfMessages"] == "0"


def test_a_parameter_alone_is_another_version_and_so_is_code_alone(library: Library, updated: Update) -> None:
    assert len(set(updated.versions)) == 3
    library.upload(SECOND, PDF)
    seconds_until(lambda: library.shows(SECOND), "the second document in its manifest")
    assert 7000 < lives(library, SECOND) <= 7200
    assert lives(library, FIRST) < 900
    assert any("the second release" in line for line in library.log_of(library.stack.on_created_function))


@pytest.mark.usefixtures("updated")
def test_a_full_scan_runs_with_what_was_changed(library: Library) -> None:
    library.execute(prefix="2026/before/")
    assert 7000 < lives(library, FIRST) <= 7200


def test_links_and_the_address_that_opens_others_are_what_they_were(library: Library, updated: Update) -> None:
    assert fetch(updated.first_link) == PDF
    assert address(library.aws, library.stack) == updated.address
    assert reached(library.aws, STACK_NAME).output("OpenLinkUrl") == updated.address


@pytest.fixture(scope="module")
def gone(library: Library) -> Stack:
    """What the stack was called that is no more."""
    deleted(library.aws)
    return library.stack


def test_of_a_stack_that_is_deleted_documents_manifests_shares_and_the_secret_stay(aws: Aws, gone: Stack) -> None:
    assert buckets(aws) == {gone.bucket, gone.share_bucket}
    kept = {each["Key"] for each in aws.s3.list_objects_v2(Bucket=gone.bucket)["Contents"]}
    assert {FIRST, "manifests/2026/before/manifest.jsonl"} <= kept
    assert [each["ARN"] for each in aws.secrets.list_secrets()["SecretList"]] == [gone.link_secret_id]


@pytest.mark.usefixtures("gone")
def test_and_nothing_else_does(aws: Aws) -> None:
    assert aws.lambda_.list_functions()["Functions"] == []
    assert aws.sqs.list_queues().get("QueueUrls", []) == []
    assert aws.states.list_state_machines()["stateMachines"] == []
    assert aws.scheduler.list_schedules()["Schedules"] == []
    assert [each for each in aws.logs.describe_log_groups()["logGroups"] if STACK_NAME in each["logGroupName"]] == []


def test_another_can_be_deployed_beside_what_it_left(aws: Aws, gone: Stack) -> None:
    beside = Library(deploy(aws, name="beside"))
    beside.upload("2026/04/kept.pdf", PDF)
    seconds_until(lambda: beside.shows("2026/04/kept.pdf"), "the document in its manifest")
    assert buckets(aws) == {gone.bucket, gone.share_bucket, beside.stack.bucket}
