"""CloudFormation as functions/bucket_setup sees it: its requests about one resource, in their order."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from functions.bucket_setup.bucket import ExistingBucket
from functions.bucket_setup.memory import Memory
from functions.bucket_setup.refused import Asked
from functions.bucket_setup.request import Caller, Request
from functions.bucket_setup.settled import Outcome, settled
from functions.bucket_setup.setup import Setup
from shared.domain.deadline import Deadline
from tests.fake_bucket import ASKED, FakeBucket

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

OWNER = "pdf-links/0d4ee0a0-1a2b-11f0-9c3d-0a1b2c3d4e5f/"
STACK_ID = f"arn:aws:cloudformation:{ASKED.region}:{ASKED.account}:stack/{OWNER.rstrip('/')}"
SWEEP = {"ID": "sweep", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": "7"}}
SHARES = {"ID": "shares", "AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAgeSeconds": "3600"}
BOTH: dict[str, Any] = {"LifecycleRules": [SWEEP], "CorsRules": [SHARES]}

QUEUE = {"Id": "theirs", "QueueArn": "arn:aws:sqs:eu-west-1:111122223333:theirs", "Events": ["s3:ObjectCreated:*"]}
NOTIFICATION = {
    "TopicConfigurations": [{"Id": "gone", "TopicArn": "arn:aws:sns:eu-west-1:111122223333:gone", "Events": ["s3:*"]}],
    "QueueConfigurations": [QUEUE | {"Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}}}],
}
LIFECYCLE = {
    "Rules": [
        {"Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}},
        {"ID": "sweep", "Status": "Disabled", "Filter": {}, "NoncurrentVersionExpiration": {"NoncurrentDays": 9}},
    ],
    "TransitionDefaultMinimumObjectSize": "varies_by_storage_class",
}
CORS = {"CORSRules": [{"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://theirs.example"]}, {"ID": "shares"}]}


def full() -> FakeBucket:
    return FakeBucket(deepcopy(NOTIFICATION), deepcopy(LIFECYCLE), deepcopy(CORS))


def event(kind: str, physical_id: str | None = None, **properties: Any) -> dict[str, Any]:
    """A request, https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html."""
    told = {
        "RequestType": kind,
        "ResponseURL": "https://cloudformation-custom-resource-response.example/answer?X-Amz-Signature=secret",
        "StackId": STACK_ID,
        "RequestId": "unique",
        "LogicalResourceId": "ExistingBucket",
        "ResourceProperties": {"ServiceToken": "arn", "BucketName": ASKED.bucket, "Rule": "own", **properties},
    }
    return told | ({"PhysicalResourceId": physical_id} if physical_id else {})


class Cloudformation:
    """Sends requests about one bucket, with the id that was answered last. `rules`: the default event bus's."""

    def __init__(self, bucket: FakeBucket, rules: Iterable[Mapping[str, Any]] = (), seconds: float = 300) -> None:
        self.bucket = bucket
        self.rules = rules
        self.seconds = seconds
        self.slept: list[float] = []
        self.physical_id: str | None = None

    def create(self, **properties: Any) -> Outcome:
        return self._kept("Create", **properties)

    def update(self, **properties: Any) -> Outcome:
        return self._kept("Update", **properties)

    def delete(self, physical_id: str | None = None, **properties: Any) -> Outcome:
        """Of what was answered last, or of an earlier id."""
        return self.ask(event("Delete", physical_id or self.physical_id, **self._named(properties)))

    def ask(self, told: Mapping[str, Any]) -> Outcome:
        return settled(told, Caller.of(told), self._prepared)

    def _named(self, properties: dict[str, Any]) -> dict[str, Any]:
        return {"BucketName": self.bucket.name, **properties}

    def _kept(self, kind: str, **properties: Any) -> Outcome:
        outcome = self.ask(event(kind, self.physical_id, **self._named(properties)))
        self.physical_id = outcome.physical_id
        return outcome

    def _prepared(self, request: Request, before: Memory | None) -> Setup:
        deadline = Deadline(lambda: self.seconds)
        asked = Asked(request.bucket, request.account, request.region)
        existing = ExistingBucket(cast("S3Client", self.bucket), asked, deadline, self.slept.append)
        return Setup(request, before, existing, lambda: self.rules)
