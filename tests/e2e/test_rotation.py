"""Links that do not expire, under secrets that come and go: what opens, what no longer does, and the commands."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from urllib.parse import urlsplit

import pytest
from rich.console import Console

from local.deployed.aws import Aws
from local.deployed.deployment import STACK_NAME, deploy
from local.deployed.emulator import emulator
from local.deployed.library import Library, fetch, seconds_until, status_of
from local.deployed.reached import StackError, reached
from local.operating.rotate import Rotation
from local.project import ROOT
from tests.clicks import event
from tests.e2e.live import publish

pytestmark = pytest.mark.xdist_group("rotation")  # one stack for all of them

PDF = b"%PDF-1.7 a report"
KEY = "2026/04/acme/q1.pdf"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield Library(deploy(running.aws(), {"OpenLinks": "ENABLED", "Links": "stable"}))


@pytest.fixture(scope="module")
def link(library: Library) -> str:
    """The first that the document had."""
    library.upload(KEY, PDF)
    seconds_until(lambda: library.shows(KEY), f"{KEY} in its manifest")
    return shown(library)


def shown(library: Library) -> str:
    """The document's link, as its manifest has it now."""
    line = library.line(KEY)
    assert line is not None
    assert line.url is not None
    return line.url


def rotate(library: Library) -> None:
    """Without the time that is waited for functions to forget a secret: the one that scans is to know none."""
    awake_anew(library.aws, library.stack.full_scan_function)
    stack = reached(library.aws, STACK_NAME)
    Rotation(library.aws, stack, Console(file=StringIO()), caches=0, sleep=lambda _: time.sleep(0.1)).run()


def awake_anew(aws: Aws, function: str) -> None:
    variables = aws.lambda_.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    awake = {**variables, "AWAKE_SINCE": f"{datetime.now(UTC)}"}
    publish(aws, function, Environment={"Variables": awake})


def make(target: str, library: Library) -> "subprocess.CompletedProcess[str]":
    own = {"AWS_ENDPOINT_URL": library.stack.endpoint_url, "AWS_DEFAULT_REGION": library.stack.region}
    keys = {"AWS_ACCESS_KEY_ID": library.stack.access_key_id, "AWS_SECRET_ACCESS_KEY": library.stack.secret_access_key}
    person = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    command = ["make", target, f"STACK={STACK_NAME}"]
    return subprocess.run(command, cwd=ROOT, env=person | own | keys, capture_output=True, text=True, check=False)


def test_a_link_that_does_not_expire_leads_to_the_document(library: Library, link: str) -> None:
    assert link.startswith(f"{library.stack.link_base_url}/d/")
    assert fetch(link) == PDF


def test_turned_off_none_opens_and_turned_on_all_do_again(library: Library, link: str) -> None:
    """The emulator holds a function to it and none of its versions; AWS all of them:
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """
    function, asked = library.stack.open_link_function, json.dumps(event(urlsplit(link).path))
    off = make("links-off", library)
    assert off.returncode == 0, off.stderr
    with pytest.raises(library.aws.lambda_.exceptions.TooManyRequestsException):
        library.aws.lambda_.invoke(FunctionName=function, Payload=asked)
    on = make("links-on", library)
    assert on.returncode == 0, on.stderr
    assert library.aws.lambda_.invoke(FunctionName=function, Payload=asked)["StatusCode"] == 200
    assert status_of(link) == 200


def test_it_opens_through_an_http_api_too(library: Library, link: str) -> None:
    before = {"FunctionName": library.stack.open_link_function, "Domain": "links.example.com"}
    certificate = f"arn:aws:acm:{library.stack.region}:000000000000:certificate/links"
    parameters = {**before, "CertificateArn": certificate}
    library.aws.cloudformation.create_stack(
        StackName="links-domain",
        TemplateBody=(ROOT / "docs" / "domain" / "http-api.yaml").read_text(),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
    )
    library.aws.cloudformation.get_waiter("stack_create_complete").wait(
        StackName="links-domain", WaiterConfig={"Delay": 1}
    )
    made = library.aws.cloudformation.describe_stack_resource(StackName="links-domain", LogicalResourceId="Api")
    api = made["StackResourceDetail"]["PhysicalResourceId"]
    base = f"{library.stack.endpoint_url}/_aws/execute-api/{api}/$default"
    assert fetch(link.replace(library.stack.link_base_url, base)) == PDF
    assert status_of(f"{base}/d/no/link") == 404


def test_a_stack_that_nobody_deployed_is_said_to_be_none(library: Library) -> None:
    with pytest.raises(StackError, match="There is no stack no-such-stack"):
        reached(library.aws, "no-such-stack")


def test_after_one_rotation_older_links_open_after_two_they_do_not_and_a_third_is_too_early(
    library: Library, link: str
) -> None:
    rotate(library)
    second = shown(library)
    assert second != link
    assert [fetch(second), fetch(link)] == [PDF, PDF]  # of a function that knew only the first secret
    rotate(library)
    awake_anew(library.aws, library.stack.open_link_function)  # as after a minute
    assert [status_of(link), status_of(second), status_of(shown(library))] == [404, 200, 200]
    third = make("rotate-links", library)  # the scans here began before five minutes had gone
    assert third.returncode != 0
    assert "as soon as a full scan of everything" in third.stderr
    assert status_of(second) == 200
