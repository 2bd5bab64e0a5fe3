"""Each right of each role, and what it is for.

`USED`: by policy of the template and action, of which resource it is asked, and the page that says so. `ENFORCED` are
those that the emulator holds the deployed functions to: tests/e2e/test_one_right_less.py takes each of them away.
"""

from typing import Any, NamedTuple

from local.deployed.choice import Choice
from tests.policies import KNOWN, resolved

S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html"
PARTS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html"
QUEUES = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
LOGS = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"
KEYS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
STATES = "https://docs.aws.amazon.com/step-functions/latest/dg/lambda-iam.html"
EXECUTIONS = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html"
SCHEDULES = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html"
LOST = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
NETWORK = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"
TRACES = "https://docs.aws.amazon.com/xray/latest/devguide/security_iam_id-based-policy-examples.html"
RELEASES = "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html"
SECRETS = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html"
SESSIONS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html"
RULES = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html"

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-key-a1B2c3"
SIGNER = "arn:aws:iam::111122223333:role/signer"
CHOSEN = {
    "KmsKeyArn": KEY,
    "SigningSecretArn": SECRET,
    "SigningRoleArn": SIGNER,
    "ManifestBucketName": "links",
    "OpenLinks": "ENABLED",
}
MACHINE = "arn:aws:states:eu-west-1:111122223333:stateMachine:scan"
SCAN, EVENTS, FAILED = "arn:aws:lambda:scan:live", "arn:aws:sqs:events", "arn:aws:sqs:failed"
NAMES = {
    **KNOWN,
    "AWS::URLSuffix": "amazonaws.com",
    "Documents": "docs", "Documents.Arn": "arn:aws:s3:::docs",
    "Manifests": "links", "Manifests.Arn": "arn:aws:s3:::links",
    "Shares.Arn": "arn:aws:s3:::shares", "Events.Arn": EVENTS, "FailedScans.Arn": FAILED, "LinkSecret.Id": SECRET,
    "FullScanMachine": MACHINE, "FullScanMachine.Name": "scan", "FullScan.Alias": SCAN,
    **{f"{each}.Arn": f"arn:aws:lambda:{each}" for each in ("OnCreated", "OpenLink")},
    **{f"{each}Logs.Arn": f"arn:aws:logs:{each}" for each in ("BucketSetup", "OnCreated", "FullScan", "OpenLink")},
}  # fmt: skip


class Use(NamedTuple):
    """What is asked with a right, and where it says so."""

    resource: str
    page: str
    told: dict[str, str] = {}  # noqa: RUF012 -- nobody changes it
    everything: str = ""
    """Why it is a right to all resources; where it is not, empty."""


THROUGH_S3 = {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}
MANIFEST, STAGED = "arn:aws:s3:::links/manifests/docs/a/manifest.jsonl", "arn:aws:s3:::links/manifests/.staging/8f3c"
NO_NARROWER = "AWS knows no narrower one"


def _logs(function: str) -> dict[tuple[str, str], Use]:
    return {
        (f"{function}Role", f"logs:{each}"): Use(f"arn:aws:logs:{function}", LOGS)
        for each in ("CreateLogStream", "PutLogEvents")
    }


def _release(function: str) -> dict[tuple[str, str], Use]:
    role, actions = f"{function}ReleaseRole", ("GetAlias", "UpdateAlias", "GetProvisionedConcurrencyConfig")
    moved = {(role, f"lambda:{each}"): Use(f"arn:aws:lambda:{function}:live", RELEASES) for each in actions}
    return moved | {(role, "cloudwatch:DescribeAlarms"): Use("*", RELEASES, everything=NO_NARROWER)}


def _each(policy: str, service: str, actions: str, use: Use) -> dict[tuple[str, str], Use]:
    return {(policy, f"{service}:{each}"): use for each in actions.split()}


USED: dict[tuple[str, str], Use] = {
    ("ManifestAccess", "s3:GetObject"): Use("arn:aws:s3:::docs/a/q1.pdf", S3),
    ("ManifestAccess", "s3:ListBucket"): Use("arn:aws:s3:::docs", S3),
    ("ManifestAccess", "s3:ListBucketMultipartUploads"): Use("arn:aws:s3:::links", PARTS),
    **_each("ManifestAccess", "s3", "PutObject AbortMultipartUpload", Use(MANIFEST, PARTS)),
    **_each("ManifestAccess", "kms", "Decrypt GenerateDataKey", Use(KEY, KEYS, THROUGH_S3)),
    **_each("TraceAccess", "xray", "PutTraceSegments PutTelemetryRecords", Use("*", TRACES, everything=NO_NARROWER)),
    **_each(
        "TracesScans",
        "xray",
        "PutTraceSegments PutTelemetryRecords GetSamplingRules GetSamplingTargets",
        Use("*", TRACES, everything=NO_NARROWER),
    ),
    **_each(
        "NetworkAccess",
        "ec2",
        "CreateNetworkInterface DescribeNetworkInterfaces DescribeSubnets DeleteNetworkInterface "
        "AssignPrivateIpAddresses UnassignPrivateIpAddresses",
        Use("*", NETWORK, everything="describing knows no other, and an interface has no name before it is there"),
    ),
    ("BucketSetupRole", "events:ListRules"): Use("*", RULES, everything=NO_NARROWER),
    **_each(
        "BucketSetupAccess",
        "s3",
        "ListBucket GetBucketNotification PutBucketNotification GetLifecycleConfiguration PutLifecycleConfiguration "
        "GetBucketCORS PutBucketCORS",
        Use("arn:aws:s3:::there", S3),
    ),
    **_each("OnCreatedRole", "sqs", "ReceiveMessage DeleteMessage GetQueueAttributes", Use(EVENTS, QUEUES)),
    ("OnCreatedRole", "sqs:ChangeMessageVisibility"): Use(EVENTS, QUEUES),
    ("FullScanMachineRole", "lambda:InvokeFunction"): Use(SCAN, STATES),
    ("FullScanSeesExecutions", "states:ListExecutions"): Use(MACHINE, EXECUTIONS),
    ("FullScanSeesExecutions", "states:DescribeExecution"): Use(
        "arn:aws:states:eu-west-1:111122223333:execution:scan:17", EXECUTIONS
    ),
    **_each("FullScanRole", "s3", "GetObject PutObject AbortMultipartUpload DeleteObject", Use(STAGED, PARTS)),
    ("FullScanRole", "sqs:SendMessage"): Use(FAILED, LOST),
    ("SchedulerRole", "states:StartExecution"): Use(MACHINE, SCHEDULES),
    ("SchedulerRole", "sqs:SendMessage"): Use(FAILED, SCHEDULES),
    ("SignsByTheKey", "secretsmanager:GetSecretValue"): Use(SECRET, SECRETS),
    ("SignsByTheRole", "sts:AssumeRole"): Use(SIGNER, SESSIONS),
    ("MakesStableLinks", "secretsmanager:GetSecretValue"): Use(SECRET, SECRETS),
    ("OpenLinkRole", "s3:GetObject"): Use("arn:aws:s3:::docs/a/q1.pdf", S3),
    ("OpenLinkRole", "s3:ListBucket"): Use("arn:aws:s3:::docs", S3),
    ("OpenLinkRole", "secretsmanager:GetSecretValue"): Use(SECRET, SECRETS),
    ("OpenLinkRole", "kms:Decrypt"): Use(KEY, KEYS, THROUGH_S3),
    **_each("ShareAdmin", "s3", "GetObject PutObject DeleteObject", Use("arn:aws:s3:::shares/8f3c", S3)),
    ("ShareAdmin", "s3:ListBucket"): Use("arn:aws:s3:::shares", S3),
    **_each("ShareAdmin", "kms", "Decrypt GenerateDataKey", Use(KEY, KEYS, THROUGH_S3)),
    **{pair: use for each in ("BucketSetup", "OnCreated", "FullScan", "OpenLink") for pair, use in _logs(each).items()},
    **{pair: use for each in ("OnCreated", "OpenLink") for pair, use in _release(each).items()},
}

ENFORCED = {
    *(("ManifestAccess", f"s3:{each}") for each in ("GetObject", "ListBucket", "PutObject")),
    ("FullScanRole", "s3:PutObject"),
    ("FullScanSeesExecutions", "states:ListExecutions"),
    *(("OpenLinkRole", f"s3:{each}") for each in ("GetObject", "ListBucket")),
}


def written(template: dict[str, Any], **chosen: str) -> dict[str, list[dict[str, Any]]]:
    """The statements of every policy that the template gives to a role, or to people, by its name."""
    found = {}
    for name, each in template["Resources"].items():
        own = each.get("Properties", {})
        if each["Type"] == "AWS::IAM::Role":
            documents = [policy["PolicyDocument"] for policy in own.get("Policies", [])]
        elif each["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            documents = [own["PolicyDocument"]]
        else:
            continue
        statements = [one for document in documents for one in document["Statement"]]
        existing = {"ExistingBucketName": "there"} if name == "BucketSetupAccess" else {}
        found[name] = resolved(Choice(template, **chosen, **existing), statements, NAMES)
    return found


def actions_of(statement: dict[str, Any]) -> list[str]:
    told = statement["Action"]
    return [told] if isinstance(told, str) else told
