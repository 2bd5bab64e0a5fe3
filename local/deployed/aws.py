"""The clients of one AWS endpoint, each made when it is first needed."""

from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_s3 import S3Client
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sqs import SQSClient
    from types_boto3_stepfunctions import SFNClient

# A function may run for longer than the minute botocore waits by default, and must not be invoked again meanwhile.
_PATIENT = Config(read_timeout=910, retries={"total_max_attempts": 1})
_PATH_STYLE = Config(signature_version="s3v4", s3={"addressing_style": "path"})


class Aws:
    """Clients for what answers at `endpoint_url`, as who these keys belong to.

    Where they are empty: AWS, or what is at AWS_ENDPOINT_URL, as whoever the environment names.
    """

    def __init__(self, endpoint_url: str, region: str, access_key_id: str, secret_access_key: str) -> None:
        self.endpoint_url = endpoint_url
        self.region = region
        self.access_key_id = access_key_id
        self.secret_access_key = secret_access_key
        self.session = boto3.Session(access_key_id or None, secret_access_key or None, region_name=region or None)

    @classmethod
    def of_environment(cls) -> "Aws":
        """As AWS's own command line would."""
        return cls("", "", "", "")

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        return self.session.client("cloudformation", endpoint_url=self.endpoint_url or None)

    @cached_property
    def cloudwatch(self) -> "CloudWatchClient":
        return self.session.client("cloudwatch", endpoint_url=self.endpoint_url or None)

    @cached_property
    def s3(self) -> "S3Client":
        return self.session.client("s3", endpoint_url=self.endpoint_url or None, config=_PATH_STYLE)

    @cached_property
    def sqs(self) -> "SQSClient":
        return self.session.client("sqs", endpoint_url=self.endpoint_url or None)

    @cached_property
    def lambda_(self) -> "LambdaClient":
        return self.session.client("lambda", endpoint_url=self.endpoint_url or None, config=_PATIENT)

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        return self.session.client("logs", endpoint_url=self.endpoint_url or None)

    @cached_property
    def scheduler(self) -> "EventBridgeSchedulerClient":
        return self.session.client("scheduler", endpoint_url=self.endpoint_url or None)

    @cached_property
    def states(self) -> "SFNClient":
        return self.session.client("stepfunctions", endpoint_url=self.endpoint_url or None)

    @cached_property
    def secrets(self) -> "SecretsManagerClient":
        return self.session.client("secretsmanager", endpoint_url=self.endpoint_url or None)
