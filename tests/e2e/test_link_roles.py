"""Who may open links, keep shares, and do neither: tried with the credentials of each."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any, TypedDict
from urllib.error import HTTPError

import boto3
import pytest
from botocore.exceptions import ClientError

from local.deployed.aws import Aws
from local.deployed.deployment import LIVE, STACK_NAME
from local.deployed.library import Library, fetch, seconds_until
from local.deployed.reached import reached
from local.sharing import actions
from local.sharing.target import target
from tests.e2e.probe import Try, probing

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them

DOCUMENT, RECORD = "link-roles/report.pdf", "record"
_names = count(1)


class Place(TypedDict):
    """Where an object lies, as S3's client is told."""

    Bucket: str
    Key: str


def allowing(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="module")
def opener(library: Library) -> Iterator[Try]:
    """As the function that opens links."""
    real = library.aws.lambda_.get_function_configuration(FunctionName=library.stack.open_link_function)
    with probing(library, "open_link", real["Role"]) as attempt:
        yield attempt


@pytest.fixture(scope="module", autouse=True)
def _objects(library: Library) -> None:
    for key in (DOCUMENT, "manifests/link-roles/other.jsonl", "manifests/.state/other", "manifests/.staging/other"):
        library.aws.s3.put_object(Bucket=library.stack.bucket, Key=key, Body=b"something")
    library.aws.s3.put_object(Bucket=library.stack.share_bucket, Key=RECORD, Body=b"{}")


def as_user(library: Library, policy: str | None = None, managed: str | None = None) -> Aws:
    """A person with this policy, by keys of their own."""
    aws, name = library.aws, f"person-{next(_names)}"
    session = boto3.Session(aws.access_key_id, aws.secret_access_key, region_name=aws.region)
    iam: Any = session.client("iam", endpoint_url=aws.endpoint_url)
    iam.create_user(UserName=name)
    if policy:
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy)
    if managed:
        iam.attach_user_policy(UserName=name, PolicyArn=managed)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Aws(aws.endpoint_url, aws.region, key["AccessKeyId"], key["SecretAccessKey"])


@pytest.fixture(scope="module")
def uploader(library: Library) -> Aws:
    documents = f"arn:aws:s3:::{library.stack.bucket}/*"
    return as_user(library, allowing({"Effect": "Allow", "Action": "s3:PutObject", "Resource": documents}))


@pytest.fixture(scope="module")
def keeper(library: Library) -> Aws:
    """Has ShareAdmin, and may look up what the stack's parts are called."""
    admin = reached(library.aws, STACK_NAME).outputs["ShareAdminPolicy"]
    looks_up = {"Effect": "Allow", "Action": "cloudformation:DescribeStacks", "Resource": "*"}
    return as_user(library, allowing(looks_up), admin)


class TestWhatOpensLinks:
    def test_reads_documents_manifests_shares_and_the_secret(self, library: Library, opener: Try) -> None:
        stack = library.stack
        for key in (DOCUMENT, "manifests/link-roles/other.jsonl"):
            assert opener("s3", "head_object", Bucket=stack.bucket, Key=key) == "done"
        assert opener("s3", "head_object", Bucket=stack.share_bucket, Key=RECORD) == "done"
        assert opener("secretsmanager", "get_secret_value", SecretId=stack.link_secret_id) == "done"

    def test_is_told_that_what_is_missing_is_missing_and_not_that_it_is_forbidden(
        self, library: Library, opener: Try
    ) -> None:
        for bucket in (library.stack.bucket, library.stack.share_bucket):
            assert opener("s3", "list_objects_v2", Bucket=bucket) == "done"
            assert opener("s3", "head_object", Bucket=bucket, Key="none.pdf") == "404"

    @pytest.mark.parametrize("key", ["manifests/.state/other", "manifests/.staging/other"])
    def test_reads_nothing_that_is_half_made_or_on_record(self, library: Library, opener: Try, key: str) -> None:
        assert opener("s3", "get_object", Bucket=library.stack.bucket, Key=key) == "AccessDenied"

    def test_writes_and_deletes_nothing_anywhere(self, library: Library, opener: Try) -> None:
        stack = library.stack
        for bucket, key in (
            (stack.bucket, DOCUMENT),
            (stack.bucket, "manifests/link-roles/other.jsonl"),
            (stack.bucket, "manifests/.staging/new"),
            (stack.share_bucket, RECORD),
        ):
            place = {"Bucket": bucket, "Key": key}
            assert opener("s3", "put_object", **place, Body="{}") == "AccessDenied"
            assert opener("s3", "create_multipart_upload", **place) == "AccessDenied"
            assert opener("s3", "delete_object", **place) == "AccessDenied"
        secret = {"SecretId": stack.link_secret_id}
        assert opener("secretsmanager", "put_secret_value", **secret, SecretString="x").startswith("AccessDenied")
        assert opener("sqs", "send_message", QueueUrl=stack.queue_url, MessageBody="{}").startswith("AccessDenied")


def refused(attempt: Aws, operation: str, **arguments: object) -> bool:
    """Whether S3 does not let them."""
    try:
        getattr(attempt.s3, operation)(**arguments)
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return False


def test_who_uploads_documents_makes_reads_and_ends_no_share(library: Library, uploader: Aws) -> None:
    uploader.s3.put_object(Bucket=library.stack.bucket, Key="link-roles/uploaded.pdf", Body=b"%PDF-1.7")
    place = {"Bucket": library.stack.share_bucket, "Key": RECORD}
    assert refused(uploader, "put_object", **place, Body=b"{}")
    assert refused(uploader, "get_object", **place)
    assert refused(uploader, "list_objects_v2", Bucket=library.stack.share_bucket)
    assert refused(uploader, "delete_object", **place)


def test_who_keeps_shares_makes_lists_reads_and_ends_them(library: Library, keeper: Aws) -> None:
    place: Place = {"Bucket": library.stack.share_bucket, "Key": "another"}
    keeper.s3.put_object(**place, Body=b"{}")
    assert keeper.s3.get_object(**place)["Body"].read() == b"{}"
    assert keeper.s3.list_objects_v2(Bucket=library.stack.share_bucket)["KeyCount"] == 2
    keeper.s3.delete_object(**place)


def test_a_share_that_its_keeper_makes_is_open_until_its_keeper_takes_it_back(
    library: Library, keeper: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", keeper.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keeper.secret_access_key)
    monkeypatch.setenv("AWS_DEFAULT_REGION", keeper.region)
    monkeypatch.setenv("AWS_ENDPOINT_URL", keeper.endpoint_url)
    seconds_until(lambda: library.shows(DOCUMENT), f"{DOCUMENT} in its manifest")
    shares = target({"STACK": STACK_NAME})
    made = actions.make(shares, {"PREFIX": "link-roles/"})
    assert made.address.startswith(f"{library.stack.link_base_url}/s/")
    assert b"report.pdf" in fetch(f"{made.address}manifest.jsonl")
    actions.take_back(shares, made.address)
    with pytest.raises(HTTPError, match="404"):
        fetch(made.address)


def test_and_sees_which_manifests_there_are_but_reads_no_document_and_no_manifest(
    library: Library, keeper: Aws
) -> None:
    bucket = library.stack.bucket
    listed = keeper.s3.list_objects_v2(Bucket=bucket, Prefix="manifests/link-roles/")
    assert "manifests/link-roles/other.jsonl" in [each["Key"] for each in listed["Contents"]]
    assert refused(keeper, "list_objects_v2", Bucket=bucket, Prefix="link-roles/")
    assert refused(keeper, "list_objects_v2", Bucket=bucket)
    assert refused(keeper, "get_object", Bucket=bucket, Key=DOCUMENT)
    assert refused(keeper, "get_object", Bucket=bucket, Key="manifests/link-roles/other.jsonl")
    assert refused(keeper, "put_object", Bucket=bucket, Key=DOCUMENT, Body=b"x")


def test_everybody_may_ask_the_function_by_its_address_and_in_no_other_way(library: Library) -> None:
    function = library.stack.open_link_function
    policy = json.loads(library.aws.lambda_.get_policy(FunctionName=function, Qualifier=LIVE)["Policy"])
    allowed = {each["Action"]: (each["Principal"], each["Condition"]) for each in policy["Statement"]}
    assert allowed == {
        "lambda:InvokeFunctionUrl": ("*", {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}),
        "lambda:InvokeFunction": ("*", {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
    }
