"""The template with what most of its parameters switch: buckets, manifests apart, folders gathered, who signs links."""

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from local.deployed.aws import Aws
from local.deployed.deployment import STACK_NAME, deploy, outputs_of
from local.deployed.emulator import emulator
from local.deployed.library import Library, fetch, seconds_until, status_of
from local.project import ROOT
from shared.links.presigned import signed_at

pytestmark = pytest.mark.xdist_group("parameters")  # one stack for all of them

PDF = b"%PDF-1.7 a report"
PARAMETERS = {
    "BucketName": "reports",
    "ManifestBucketName": "report-links",
    "ManifestPrefix": "",
    "PrefixDepth": "1",
    "UrlExpirySeconds": "7200",
    "RefreshState": "DISABLED",
    "AlarmTopicArn": "arn:aws:sns:us-east-1:000000000000:on-call",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with emulator(tmp_path_factory.mktemp("emulator")) as running:
        aws = running.aws()
        yield Library(deploy(aws, {**PARAMETERS, "SigningRoleArn": signing_role(aws)}))


def signing_role(aws: Aws) -> str:
    """Of docs/signing. `aws:PrincipalArn` is to the emulator the ARN of a session, to AWS that of its role:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
    """
    text = (ROOT / "docs" / "signing" / "role.yaml").read_text()
    by_session = text.replace("iam::${AWS::AccountId}:role/${Stack}", "sts::${AWS::AccountId}:assumed-role/${Stack}")
    chosen = {"Bucket": PARAMETERS["BucketName"], "Stack": STACK_NAME}
    aws.cloudformation.create_stack(
        StackName="signer",
        TemplateBody=by_session,
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in chosen.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    aws.cloudformation.get_waiter("stack_create_complete").wait(StackName="signer", WaiterConfig={"Delay": 1})
    return outputs_of(aws.cloudformation.describe_stacks(StackName="signer")["Stacks"][0])["SigningRoleArn"]


def manifest(library: Library, prefix: str) -> list[dict[str, str]]:
    """The lines of a prefix's manifest; none where there is no manifest yet."""
    s3 = library.aws.s3
    try:
        found = s3.get_object(Bucket="report-links", Key=f"reports/{prefix}manifest.jsonl")
    except s3.exceptions.NoSuchKey:
        return []
    return [json.loads(line) for line in found["Body"].read().splitlines()]


def test_manifests_lie_in_a_bucket_of_their_own_one_for_each_top_folder(library: Library) -> None:
    assert library.stack.bucket == "reports"
    for key in ("2026/04/acme.pdf", "2026/05/globex.pdf"):
        library.upload(key, PDF)
    seconds_until(lambda: len(manifest(library, "2026/")) == 2, "both documents in one manifest")
    assert {line["key"] for line in manifest(library, "2026/")} == {"2026/04/acme.pdf", "2026/05/globex.pdf"}


def test_a_scan_rebuilds_them_there(library: Library) -> None:
    with library.unheard():
        library.upload("2025/lost.pdf", PDF)
    answer = library.scan("2025/12/")  # widened to the manifest's own prefix
    assert answer["count"] == 1
    (line,) = manifest(library, "2025/")
    assert fetch(line["url"]) == PDF


def test_functions_are_said_to_be_for_the_processor_they_are_packed_for(library: Library) -> None:
    for name in (library.stack.on_created_function, library.stack.full_scan_function):
        (architecture,) = library.aws.lambda_.get_function_configuration(FunctionName=name)["Architectures"]
        assert architecture == {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)


def test_documents_links_are_signed_by_the_role_and_say_when_its_session_ends(library: Library) -> None:
    library.upload("2027/1.pdf", PDF)
    seconds_until(lambda: len(manifest(library, "2027/")) == 1, "the document in its manifest")
    (line,) = manifest(library, "2027/")
    signed, ends = signed_at(line["url"]), datetime.fromisoformat(line["expires_at"])
    assert signed
    assert "X-Amz-Expires=3600&" in line["url"]  # of the two hours that were asked for
    assert signed + timedelta(seconds=1800) < ends <= signed + timedelta(seconds=3600)
    assert any("links are to live 7200 s" in told for told in library.log_of(library.stack.on_created_function))


def test_without_the_roles_right_they_are_dead_and_manifests_own_are_not(library: Library) -> None:
    library.upload("2028/1.pdf", PDF)
    answer = library.scan("2028/")
    (line,) = manifest(library, "2028/")
    assert status_of(line["url"]) == 200
    iam: Any = library.aws.session.client("iam", endpoint_url=library.aws.endpoint_url)
    (name,) = [each["RoleName"] for each in iam.list_roles()["Roles"] if each["RoleName"].startswith("signer-")]
    iam.delete_role_policy(RoleName=name, PolicyName="read-documents")
    assert status_of(line["url"]) == 403
    assert status_of(answer["manifest_url"]) == 200
