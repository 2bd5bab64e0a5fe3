"""What the roles may do, tried by a function that runs as each of them."""

import json
from collections.abc import Iterator

import pytest

from local.deployed.deployment import LIVE
from local.deployed.library import Library
from tests.e2e.probe import Try, probing

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them


@pytest.fixture(scope="module", params=["on_created", "full_scan"])
def role(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def attempt(library: Library, role: str) -> Iterator[Try]:
    """As one of the deployed functions."""
    real = {"on_created": library.stack.on_created_function, "full_scan": library.stack.full_scan_function}[role]
    with probing(library, role, library.aws.lambda_.get_function_configuration(FunctionName=real)["Role"]) as attempt:
        yield attempt


@pytest.fixture(scope="module")
def as_machine(library: Library) -> Iterator[Try]:
    machine = library.aws.states.describe_state_machine(stateMachineArn=library.stack.full_scan_machine)
    with probing(library, "machine", machine["roleArn"]) as attempt:
        yield attempt


@pytest.fixture(scope="module", params=["Nightly", "Refresh"])
def as_scheduler(library: Library, request: pytest.FixtureRequest) -> Iterator[Try]:
    names = [found["Name"] for found in library.aws.scheduler.list_schedules()["Schedules"]]
    (name,) = (name for name in names if request.param in name)
    with probing(library, "scheduler", library.aws.scheduler.get_schedule(Name=name)["Target"]["RoleArn"]) as attempt:
        yield attempt


@pytest.fixture(scope="module")
def objects(library: Library) -> None:
    for key in ("roles/report.pdf", "manifests/roles/other.jsonl", "manifests/.staging/1"):
        library.aws.s3.put_object(Bucket=library.stack.bucket, Key=key, Body=b"something")


@pytest.mark.usefixtures("objects")
class TestEveryRole:
    def test_reads_documents_and_manifests(self, library: Library, attempt: Try) -> None:
        bucket = library.stack.bucket
        assert attempt("s3", "head_object", Bucket=bucket, Key="roles/report.pdf") == "done"
        assert attempt("s3", "head_object", Bucket=bucket, Key="manifests/roles/other.jsonl") == "done"

    def test_lists_the_bucket_for_else_a_missing_document_would_look_forbidden(
        self, library: Library, attempt: Try
    ) -> None:
        assert attempt("s3", "list_objects_v2", Bucket=library.stack.bucket) == "done"
        assert attempt("s3", "head_object", Bucket=library.stack.bucket, Key="roles/none.pdf") == "404"

    def test_writes_manifests_whole_and_in_parts(self, library: Library, attempt: Try) -> None:
        place = {"Bucket": library.stack.bucket, "Key": "manifests/roles/manifest.jsonl"}
        assert attempt("s3", "put_object", **place, Body="{}") == "done"
        assert attempt("s3", "create_multipart_upload", **place) == "done"
        assert attempt("s3", "list_multipart_uploads", Bucket=library.stack.bucket) == "done"
        (upload,) = library.aws.s3.list_multipart_uploads(Bucket=library.stack.bucket)["Uploads"]
        assert attempt("s3", "abort_multipart_upload", **place, UploadId=upload["UploadId"]) == "done"

    def test_writes_no_document(self, library: Library, attempt: Try) -> None:
        place = {"Bucket": library.stack.bucket, "Key": "roles/report.pdf"}
        assert attempt("s3", "put_object", **place, Body="overwritten") == "AccessDenied"

    @pytest.mark.parametrize("key", ["roles/report.pdf", "manifests/roles/other.jsonl"])
    def test_deletes_neither_documents_nor_manifests(self, library: Library, attempt: Try, key: str) -> None:
        assert attempt("s3", "delete_object", Bucket=library.stack.bucket, Key=key) == "AccessDenied"

    def test_deletes_what_is_staged_only_as_the_full_scan(self, library: Library, attempt: Try, role: str) -> None:
        expected = {"on_created": "AccessDenied", "full_scan": "done"}[role]
        assert attempt("s3", "delete_object", Bucket=library.stack.bucket, Key="manifests/.staging/1") == expected

    def test_touches_no_other_bucket(self, library: Library, attempt: Try) -> None:
        library.aws.s3.create_bucket(Bucket="somebody-elses")
        assert attempt("s3", "list_objects_v2", Bucket="somebody-elses") == "AccessDenied"

    def test_makes_reads_and_ends_no_share(self, library: Library, attempt: Try) -> None:
        place = {"Bucket": library.stack.share_bucket, "Key": "record"}
        library.aws.s3.put_object(Bucket=library.stack.share_bucket, Key="record", Body=b"{}")
        assert attempt("s3", "put_object", **place, Body="{}") == "AccessDenied"
        assert attempt("s3", "get_object", **place) == "AccessDenied"
        assert attempt("s3", "list_objects_v2", Bucket=library.stack.share_bucket) == "AccessDenied"
        assert attempt("s3", "delete_object", **place) == "AccessDenied"
        assert attempt("secretsmanager", "get_secret_value", SecretId=library.stack.link_secret_id) != "done"

    def test_sends_no_events(self, library: Library, attempt: Try) -> None:
        url = library.stack.queue_url
        assert attempt("sqs", "send_message", QueueUrl=url, MessageBody="{}").startswith("AccessDenied")

    def test_sees_executions_of_its_machine_only_as_the_full_scan(
        self, library: Library, attempt: Try, role: str
    ) -> None:
        machine = library.stack.full_scan_machine
        code = attempt("stepfunctions", "list_executions", stateMachineArn=machine)
        assert code == "done" if role == "full_scan" else code.startswith("AccessDenied")
        other = machine.replace("FullScanMachine", "Another")
        assert attempt("stepfunctions", "list_executions", stateMachineArn=other).startswith("AccessDenied")
        assert attempt("stepfunctions", "start_execution", stateMachineArn=machine).startswith("AccessDenied")


def test_the_machine_invokes_the_full_scan_and_does_nothing_else(library: Library, as_machine: Try) -> None:
    stack = library.stack
    nothing = json.dumps({"prefix": "roles/nothing/"})
    live = f"{stack.full_scan_function}:{LIVE}"
    assert as_machine("lambda", "invoke", FunctionName=live, Payload=nothing) == "done"
    assert as_machine("lambda", "invoke", FunctionName=stack.full_scan_function).startswith("AccessDenied")
    assert as_machine("lambda", "invoke", FunctionName=stack.on_created_function).startswith("AccessDenied")
    assert as_machine("s3", "list_objects_v2", Bucket=stack.bucket) == "AccessDenied"
    assert as_machine("stepfunctions", "start_execution", stateMachineArn=stack.full_scan_machine) != "done"


def test_the_schedules_start_the_machine_and_do_nothing_else(library: Library, as_scheduler: Try) -> None:
    stack = library.stack
    nothing = json.dumps({"prefix": "roles/nothing/"})
    assert (
        as_scheduler("stepfunctions", "start_execution", stateMachineArn=stack.full_scan_machine, input=nothing)
        == "done"
    )
    live = f"{stack.full_scan_function}:{LIVE}"
    assert as_scheduler("lambda", "invoke", FunctionName=live).startswith("AccessDenied")
    assert as_scheduler("s3", "list_objects_v2", Bucket=stack.bucket) == "AccessDenied"
    assert as_scheduler("sqs", "send_message", QueueUrl=stack.queue_url, MessageBody="{}").startswith("AccessDenied")
