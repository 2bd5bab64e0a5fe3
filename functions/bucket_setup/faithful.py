"""Nothing of a configuration is lost between its reading and its putting back.

The SDK drops what it does not know of an answer, and each PUT replaces everything: a setting that is newer than the SDK
would be gone. So an answer that holds one is refused, and nothing is changed.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from botocore.model import ListShape, OperationModel, Shape, StructureShape

from shared.domain.errors import ConfigError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_READ = ("GetBucketNotificationConfiguration", "GetBucketLifecycleConfiguration", "GetBucketCors")
_ESCAPED = ("GetBucketLifecycleConfiguration",)  # the SDK's handlers.py puts its carriage returns back as they are
_OK = 200


def refuse_what_is_lost(client: "S3Client") -> None:
    """Have this client raise ConfigError for a configuration that it could not put back as it is."""
    for operation in _READ:
        client.meta.events.register(f"before-parse.s3.{operation}", _check)


def _check(operation_model: OperationModel, response_dict: Mapping[str, Any], **_: object) -> None:
    if response_dict["status_code"] != _OK or not response_dict["body"]:
        return
    root = ET.fromstring(response_dict["body"])  # noqa: S314 -- S3's own answer, over TLS
    _refuse_unknown(operation_model, root)
    if operation_model.name not in _ESCAPED:
        _refuse_altered(operation_model.name, root)


def _refuse_unknown(operation: OperationModel, root: ET.Element) -> None:
    assert operation.output_shape
    unknown = {_name(element) for element in root.iter()} - {_name(root)} - set(_known(operation.output_shape))
    if unknown:
        raise ConfigError(
            f"{operation.name} answers {', '.join(sorted(unknown))}, which this version does not know and would "
            "lose: nothing was changed. Deploy a version with a newer SDK."
        )


def _refuse_altered(operation: str, root: ET.Element) -> None:
    altered = {_name(element) for element in root.iter() if "\r" in (element.text or "")}
    if altered:
        raise ConfigError(
            f"{operation} answers a carriage return in {', '.join(sorted(altered))}, and would get a line feed back: "
            "nothing was changed. Take it out of the bucket's setting, then deploy again."
        )


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _known(shape: Shape) -> Iterator[str]:
    """Names of elements that the SDK reads into a shape."""
    if isinstance(shape, ListShape):
        yield str(shape.member.serialization.get("name", "member"))
        yield from _known(shape.member)
    elif isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield str(member.serialization.get("name", name))
            yield from _known(member)
