"""template.yaml, deployed: through CloudFormation alone, as anybody would."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from local.deployed.aws import Aws
from local.deployed.package import ARCHITECTURE_HERE, HERE, package
from local.deployed.template import MACHINE_IN_TEMPLATE, TEMPLATE, text_with
from local.project import ROOT

if TYPE_CHECKING:
    from types_boto3_cloudformation.literals import CapabilityType
    from types_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef
    from types_boto3_sqs import SQSClient

STACK_NAME = "pdf-links"
LIVE = "live"  # the alias through which everything calls a function
DEPLOY_SECONDS = 60
_VISIBLE: Final = "ApproximateNumberOfMessages"
_IN_WORK: Final = "ApproximateNumberOfMessagesNotVisible"
_ARTIFACTS = "pdf-links-artifacts"
_CAPABILITIES: "list[CapabilityType]" = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


class DeploymentError(Exception):
    """CloudFormation refused the template; the message says which resource, and why."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The deployed template: how to reach it, and what its parts are called."""

    name: str
    endpoint_url: str
    region: str
    access_key_id: str
    secret_access_key: str
    bucket: str
    queue_url: str
    dead_letter_queue_url: str
    on_created_function: str
    full_scan_function: str
    full_scan_machine: str
    # Only with OpenLinks; else empty.
    link_base_url: str = ""
    share_bucket: str = ""
    open_link_function: str = ""
    link_secret_id: str = ""


def deploy(aws: Aws, parameters: Mapping[str, str] | None = None, name: str = STACK_NAME) -> Stack:
    """Make the stack anew with the functions as they are in this folder; raise DeploymentError where that fails."""
    aws.s3.create_bucket(Bucket=_ARTIFACTS)
    chosen = _all(aws, parameters or {})
    nowhere = chosen.get("OpenLinks") == "ENABLED" and not chosen.get("LinkBaseUrl")
    first = {each: value for each, value in chosen.items() if not (nowhere and each == "Links")}
    aws.cloudformation.create_stack(
        StackName=name,
        TemplateURL=_template(aws, package(HERE)),
        Parameters=_listed(first),
        Capabilities=_CAPABILITIES,
    )
    outputs = outputs_of(_settled(aws, name))
    return _named(aws, name, _told_its_address(aws, name, first, chosen, outputs) if nowhere else outputs)


def update(aws: Aws, parameters: Mapping[str, str], code: Path | None = None, name: str = STACK_NAME) -> Stack:
    """Change the stack in place: these parameters, as they were for the rest, and the functions in the zip `code`,
    or as they are in this folder.

    Raises DeploymentError, and ClientError where nothing would change.
    """
    (stack,) = aws.cloudformation.describe_stacks(StackName=name)["Stacks"]
    aws.cloudformation.update_stack(
        StackName=name,
        TemplateURL=_template(aws, code or package(HERE)),
        Parameters=_listed({**parameters_of(stack), **parameters}),
        Capabilities=_CAPABILITIES,
    )
    return _named(aws, name, outputs_of(_settled(aws, name)))


def _template(aws: Aws, code: Path) -> str:
    """Its address, uploaded with what it names: it is longer than CloudFormation takes in a request."""
    uploaded = [f"s3://{_put(aws, file.read_bytes(), file.suffix)}" for file in (code, ROOT / MACHINE_IN_TEMPLATE)]
    text = text_with(*uploaded)
    return f"{aws.endpoint_url}/{_put(aws, text.encode(), TEMPLATE.suffix)}"


def delete(aws: Aws, name: str = STACK_NAME) -> None:
    """Delete the stack, and wait; raise DeploymentError where that fails."""
    stack_id = aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    aws.cloudformation.delete_stack(StackName=name)
    _settled(aws, stack_id)


def _all(aws: Aws, parameters: Mapping[str, str]) -> dict[str, str]:
    return {"S3EndpointUrl": aws.endpoint_url, "Architecture": ARCHITECTURE_HERE, **parameters}


def _told_its_address(
    aws: Aws, name: str, first: Mapping[str, str], chosen: Mapping[str, str], outputs: Mapping[str, str]
) -> dict[str, str]:
    """A function's own address, https://<id>.lambda-url.…, leads to AWS; an emulator serves it below its own.

    Links are a step of their own: it changes the function that takes events, and the emulator cuts off what it has
    begun; the bucket's test events, sent when it was made and when its rules changed, are handled by then.
    """
    base = f"{aws.endpoint_url}/_aws/lambda-url/{urlsplit(outputs['OpenLinkUrl']).netloc.partition('.')[0]}"
    told = _updated(aws, name, {**first, "LinkBaseUrl": base})
    if chosen.get("Links") != "stable":
        return told
    _wait_for_events(aws, outputs["QueueUrl"])
    return _updated(aws, name, {**chosen, "LinkBaseUrl": base})


def _updated(aws: Aws, name: str, parameters: Mapping[str, str]) -> dict[str, str]:
    aws.cloudformation.update_stack(
        StackName=name, UsePreviousTemplate=True, Parameters=_listed(parameters), Capabilities=_CAPABILITIES
    )
    return outputs_of(_settled(aws, name))


def _wait_for_events(aws: Aws, queue_url: str) -> None:
    """Until all are handled that the bucket has sent, its test events too."""
    for _ in range(10 * DEPLOY_SECONDS):
        if not waiting_events(aws, queue_url):
            return
        time.sleep(0.1)


def waiting_events(aws: Aws, queue_url: str) -> int:
    """How many messages are in the queue or being worked on."""
    return sum(messages(aws.sqs, queue_url))


def messages(sqs: "SQSClient", queue_url: str) -> tuple[int, int]:
    """How many could be received, and how many are being worked on, about."""
    found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[_VISIBLE, _IN_WORK])["Attributes"]
    return int(found[_VISIBLE]), int(found[_IN_WORK])


def _listed(parameters: Mapping[str, str]) -> "list[ParameterTypeDef]":
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


def outputs_of(stack: "StackTypeDef") -> dict[str, str]:
    """The template's outputs by name; none where it did not come so far."""
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def parameters_of(stack: "StackTypeDef") -> dict[str, str]:
    """What was chosen for it, by name."""
    return {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}


def _put(aws: Aws, content: bytes, suffix: str) -> str:
    key = f"{hashlib.sha256(content).hexdigest()}{suffix}"
    aws.s3.put_object(Bucket=_ARTIFACTS, Key=key, Body=content)
    return f"{_ARTIFACTS}/{key}"


def _settled(aws: Aws, name: str) -> "StackTypeDef":
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        (stack,) = aws.cloudformation.describe_stacks(StackName=name)["Stacks"]
        if stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"):
            return stack
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            raise DeploymentError(f"The template was refused: {_reasons(aws, name)}")
        time.sleep(0.1)
    raise DeploymentError(f"The deployment took more than {DEPLOY_SECONDS} s.")


def _reasons(aws: Aws, name: str) -> str:
    events = aws.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event.get("ResourceStatus", "").endswith("FAILED")]
    return "; ".join(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in failed)


def _named(aws: Aws, name: str, outputs: Mapping[str, str]) -> Stack:
    return Stack(
        name=name,
        endpoint_url=aws.endpoint_url,
        region=aws.region,
        access_key_id=aws.access_key_id,
        secret_access_key=aws.secret_access_key,
        bucket=outputs["Bucket"],
        queue_url=outputs["QueueUrl"],
        dead_letter_queue_url=outputs["DeadLetterQueueUrl"],
        on_created_function=outputs["OnCreatedFunction"],
        full_scan_function=outputs["FullScanFunction"],
        full_scan_machine=outputs["FullScanMachineArn"],
        link_base_url=outputs.get("LinkBaseUrl", ""),
        share_bucket=outputs.get("ShareBucket", ""),
        open_link_function=outputs.get("OpenLinkFunction", ""),
        link_secret_id=outputs.get("LinkSecretId", ""),
    )
