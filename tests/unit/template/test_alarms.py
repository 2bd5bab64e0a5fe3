"""What alarms say, to whom, and when they stop."""

from typing import Any


def alarms(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    return {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] in kinds}


def test_whoever_is_told_of_an_alarm_is_told_of_its_end(template: dict[str, Any]) -> None:
    told = {"Fn::If": ["TellsATopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AWS::NoValue"}]}
    assert alarms(template)
    for alarm in alarms(template).values():
        assert alarm.get("AlarmActions") == alarm.get("OKActions") == [told]
