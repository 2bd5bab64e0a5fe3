"""A bucket's configurations in memory, behind the methods of an S3 client that functions/bucket_setup asks."""

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.bucket_setup.refused import Asked

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED = Asked("reports", "111122223333", "eu-west-1")


def refusal(operation: str, status: int, code: str = "", region: str | None = None) -> ClientError:
    """What S3 answers, as the SDK raises it."""
    headers = {"x-amz-bucket-region": region} if region else {}
    told: Any = {
        "Error": {"Code": code or str(status), "Message": "no"},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
    }
    return ClientError(told, operation)


class FakeBucket:
    """One of account 111122223333 in eu-west-1. `configurations`: as S3's API answers them; None: there is none.

    `fails[operation]`: what is raised instead of an answer; a callable is called first and may raise or not.
    """

    def __init__(
        self, notification: Any = None, lifecycle: Any = None, cors: Any = None, name: str = ASKED.bucket
    ) -> None:
        self.name = name
        self.configurations = {"notification": notification or {}, "lifecycle": lifecycle, "cors": cors}
        self.owner, self.region, self.is_there = ASKED.account, ASKED.region, True
        self.fails: dict[str, Exception | Callable[[], None]] = {}
        self.requests: list[str] = []
        self.validated: list[bool] = []

    @property
    def writes(self) -> list[str]:
        return [request for request in self.requests if not request.startswith(("Get", "Head"))]

    def head_bucket(self, **asked: Any) -> dict[str, Any]:
        self._ask("HeadBucket", asked)
        return {"BucketRegion": self.region}

    def get_bucket_notification_configuration(self, **asked: Any) -> dict[str, Any]:
        self._ask("GetBucketNotificationConfiguration", asked)
        return {**deepcopy(self.configurations["notification"]), "ResponseMetadata": {}}

    def get_bucket_lifecycle_configuration(self, **asked: Any) -> dict[str, Any]:
        self._ask("GetBucketLifecycleConfiguration", asked)
        return self._found("lifecycle", "NoSuchLifecycleConfiguration")

    def get_bucket_cors(self, **asked: Any) -> dict[str, Any]:
        self._ask("GetBucketCors", asked)
        return self._found("cors", "NoSuchCORSConfiguration")

    def put_bucket_notification_configuration(self, **asked: Any) -> None:
        self.validated.append(not asked.pop("SkipDestinationValidation", False))
        sent = asked.pop("NotificationConfiguration")
        self._ask("PutBucketNotificationConfiguration", asked)
        self.configurations["notification"] = deepcopy(sent)

    def put_bucket_lifecycle_configuration(self, **asked: Any) -> None:
        rules = asked.pop("LifecycleConfiguration")["Rules"]
        size = asked.pop("TransitionDefaultMinimumObjectSize", "all_storage_classes_128K")  # AWS's default
        self._ask("PutBucketLifecycleConfiguration", asked)
        assert 0 < len(rules) <= 1000
        assert not (any("Prefix" in rule for rule in rules) and any("Filter" in rule for rule in rules))
        self.configurations["lifecycle"] = {"Rules": deepcopy(rules), "TransitionDefaultMinimumObjectSize": size}

    def put_bucket_cors(self, **asked: Any) -> None:
        rules = asked.pop("CORSConfiguration")["CORSRules"]
        self._ask("PutBucketCors", asked)
        assert 0 < len(rules) <= 100
        self.configurations["cors"] = {"CORSRules": deepcopy(rules)}

    def delete_bucket_lifecycle(self, **asked: Any) -> None:
        self._ask("DeleteBucketLifecycle", asked)
        self.configurations["lifecycle"] = None

    def delete_bucket_cors(self, **asked: Any) -> None:
        self._ask("DeleteBucketCors", asked)
        self.configurations["cors"] = None

    def _found(self, name: str, unset: str) -> dict[str, Any]:
        if self.configurations[name] is None:
            raise refusal(f"Get {name}", 404, unset)
        return {**deepcopy(self.configurations[name]), "ResponseMetadata": {}}

    def _ask(self, operation: str, asked: dict[str, Any]) -> None:
        self.requests.append(operation)
        fails = self.fails.get(operation)
        if isinstance(fails, Exception):
            raise fails
        if fails:
            fails()
        assert asked.pop("Bucket") == self.name
        if not self.is_there:
            raise refusal(operation, 404)
        if asked.pop("ExpectedBucketOwner", self.owner) != self.owner:
            raise refusal(operation, 403)
        assert not asked
