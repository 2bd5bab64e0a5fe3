"""The dashboard as it is deployed: of this stack's own functions, queues and state machine."""

import json
from typing import Any

import pytest

from local.deployed.library import Library

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them


@pytest.fixture
def widgets(library: Library) -> list[dict[str, Any]]:
    name = f"{library.stack.name}-{library.stack.region}"
    body = json.loads(library.aws.cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    found: list[dict[str, Any]] = body["widgets"]
    return found


def of_kind(library: Library, kind: str) -> set[str]:
    """The names that CloudFormation gave."""
    pages = library.aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=library.stack.name)
    every = [each for page in pages for each in page["StackResourceSummaries"]]
    return {each["PhysicalResourceId"] for each in every if each["ResourceType"] == kind}


def test_it_shows_what_this_stack_has(library: Library, widgets: list[dict[str, Any]]) -> None:
    shown: dict[str, set[str]] = {}
    for widget in widgets:
        for _namespace, _name, dimension, value, *_drawn in widget["properties"].get("metrics", []):
            shown.setdefault(dimension, set()).add(value)
    functions = of_kind(library, "AWS::Lambda::Function")
    assert len(functions) == 3
    assert shown["FunctionName"] == shown["service"] == functions
    assert shown["StateMachineArn"] == of_kind(library, "AWS::StepFunctions::StateMachine")
    queues = {address.rsplit("/", 1)[-1] for address in of_kind(library, "AWS::SQS::Queue")}
    assert shown["QueueName"] <= queues


def test_it_shows_all_alarms_there_are(library: Library, widgets: list[dict[str, Any]]) -> None:
    (shown,) = [each["properties"]["alarms"] for each in widgets if each["type"] == "alarm"]
    names = sorted(of_kind(library, "AWS::CloudWatch::Alarm"))
    deployed = library.aws.cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]
    assert sorted(each["AlarmArn"] for each in deployed) == sorted(shown)
