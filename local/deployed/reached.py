"""A stack that is deployed already, in an account or in an emulator, found by its name."""

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from local.deployed.aws import Aws
from local.deployed.choice import Choice
from local.deployed.deployment import outputs_of, parameters_of
from local.deployed.template import once
from shared.domain.documents import Layout


class StackError(Exception):
    """There is no such stack, or it lacks what is asked of it; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A stack by its outputs, and the parameters it was deployed with."""

    name: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]

    @property
    def bucket(self) -> str:
        """Where the documents are."""
        return self.outputs["Bucket"]

    @property
    def choice(self) -> Choice:
        """What of the template there is, by its parameters."""
        return Choice(once(), **self.parameters)

    @property
    def layout(self) -> Layout:
        """Where the manifests are, as its functions are told."""
        own, chosen = self.outputs["ManifestBucket"], self.parameters
        depth = int(chosen["PrefixDepth"]) if chosen.get("PrefixDepth") else None
        return Layout(chosen.get("ManifestPrefix", "manifests/"), own if own != self.bucket else None, depth)

    @property
    def variables(self) -> dict[str, str]:
        """What its functions are told of documents and manifests, as `Settings.from_env` takes it."""
        return {
            "BUCKET_NAME": self.bucket,
            "PREFIX": self.parameters.get("Prefix", ""),
            "MANIFEST_BUCKET": self.layout.manifest_bucket or "",
            "MANIFEST_PREFIX": self.layout.manifest_prefix,
            "PREFIX_DEPTH": self.parameters.get("PrefixDepth", ""),
        }

    def output(self, name: str) -> str:
        """One that is there only with OpenLinks. Raises StackError."""
        try:
            return self.outputs[name]
        except KeyError:
            raise StackError(
                f"Stack {self.name} has nothing that opens links. Deploy it with PARAMETERS=OpenLinks=ENABLED."
            ) from None


def reached(aws: Aws, name: str) -> Reached:
    """Raises StackError where there is none of that name, and what else AWS answers."""
    try:
        (stack,) = aws.cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"].get("Code") == "ValidationError":
            raise StackError(f"There is no stack {name}, in this account and region. Name it with STACK=….") from error
        raise
    if "FullScanMachineArn" not in (outputs := outputs_of(stack)):
        raise StackError(
            f"Stack {name} ({stack['StackStatus']}) is none of this project, or its first deployment failed. Deploy it."
        )
    return Reached(name, outputs, parameters_of(stack))
