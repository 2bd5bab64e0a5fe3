"""A function that runs as a role, and tries what it is told to."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local.deployed.library import Library

PROBE = """
import boto3, botocore.exceptions
def handler(event, context):
    client = boto3.client(event["service"])
    try:
        getattr(client, event["operation"])(**event["arguments"])
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return "done"
"""
Try = Callable[..., str]


@contextmanager
def probing(library: Library, name: str, role: str) -> Iterator[Try]:
    """Tries one operation under a role; "done", or the error's code."""
    function = library.aws.lambda_
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("probe.py", PROBE)
    function.create_function(
        FunctionName=f"probe-{name}",
        Role=role,
        Runtime="python3.13",
        Handler="probe.handler",
        Timeout=30,
        Code={"ZipFile": code.getvalue()},
    )

    def attempt(service: str, operation: str, **arguments: object) -> str:
        event = json.dumps({"service": service, "operation": operation, "arguments": arguments})
        answer = function.invoke(FunctionName=f"probe-{name}", Payload=event)
        said: str = json.loads(answer["Payload"].read())
        return said

    yield attempt
    function.delete_function(FunctionName=f"probe-{name}")
