"""The version of a function that everything calls, replaced by hand."""

from typing import TYPE_CHECKING, Any

from local.deployed.deployment import LIVE

if TYPE_CHECKING:
    from local.deployed.aws import Aws


def live_version(aws: "Aws", function: str) -> str:
    return aws.lambda_.get_alias(FunctionName=function, Name=LIVE)["FunctionVersion"]


def publish(aws: "Aws", function: str, **configuration: Any) -> None:
    """From now on a version with this configuration is called."""
    aws.lambda_.update_function_configuration(FunctionName=function, **configuration)
    version = aws.lambda_.publish_version(FunctionName=function)["Version"]
    aws.lambda_.update_alias(FunctionName=function, Name=LIVE, FunctionVersion=version)
