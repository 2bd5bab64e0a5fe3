"""The architecture picture is drawn from its source, and leaves nothing of the template out."""

from xml.etree import ElementTree as ET

import pytest

from local.deployed.template import read
from local.picture import PICTURE, SOURCE, Drawing
from local.project import ROOT

SHOWN = (
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::Serverless::Function",
    "AWS::Serverless::StateMachine",
    "AWS::Scheduler::Schedule",
    "AWS::Events::Rule",
    "AWS::CloudFormation::CustomResource",
    "AWS::SecretsManager::Secret",
    "AWS::CloudWatch::Dashboard",
)


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return Drawing.of(SOURCE.read_text())


def test_the_picture_is_what_its_source_makes_of_it(drawing: Drawing) -> None:
    assert PICTURE.read_text() == drawing.drawn(), "`make picture` draws it"
    ET.fromstring(drawing.drawn())


def test_it_shows_each_part_of_the_template_once_and_no_other(drawing: Drawing) -> None:
    there = {name for name, each in read()["Resources"].items() if each["Type"] in SHOWN}
    assert sorted(part for box in drawing.boxes.values() for part in box.parts) == sorted(there)


def test_no_box_lies_on_another(drawing: Drawing) -> None:
    places = [box.at for box in drawing.boxes.values()]
    close = [(a, b) for a in places for b in places if a < b and abs(a[0] - b[0]) < 1 and abs(a[1] - b[1]) < 1]
    assert close == []


def test_readme_shows_it() -> None:
    assert "](docs/architecture.svg)" in (ROOT / "README.md").read_text()
