"""One right less: what the deployed functions say then, for each right that the emulator holds them to.

The others of tests/rights.py are of services that act in a role, or of what is seldom done: their text is decided.
"""

import json
import re
from collections.abc import Callable

import pytest

from local.deployed.deployment import LIVE
from local.deployed.library import Library, status_of
from local.sharing import actions
from shared.domain.opaque import named
from tests.e2e.events import created
from tests.e2e.less import without
from tests.rights import ENFORCED

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them

PDF = b"%PDF-1.7 a report"
Seen = Callable[[Library, str], str]


def told(library: Library, function: str, event: object) -> str:
    """What a function answers: the error and its message, or its body."""
    answer = library.aws.lambda_.invoke(FunctionName=f"{function}:{LIVE}", Payload=json.dumps(event))
    payload = json.loads(answer["Payload"].read())
    return f"{payload['errorType']}: {payload['errorMessage']}" if "errorType" in payload else str(payload["body"])


def updated(library: Library, prefix: str) -> str:
    return told(
        library, library.stack.on_created_function, json.loads(created(library.stack.bucket, f"{prefix}q1.pdf"))
    )


def scanned(library: Library, prefix: str) -> str:
    ended = library.ended(library.start(prefix=prefix))
    return f"{ended['status']} {ended.get('error')} {ended.get('cause')}"


def warned(library: Library, prefix: str) -> str:
    known = len(library.log_of(library.stack.full_scan_function))
    status = scanned(library, prefix)
    return status + "".join(library.log_of(library.stack.full_scan_function)[known:])


def clicked(library: Library, prefix: str) -> str:
    """The statuses of a share's link and of its manifest."""
    made = actions.make(library.target(), {"PREFIX": prefix})
    try:
        asked = (f"d/{named('q1.pdf')}", "manifest.jsonl")
        return " ".join(str(status_of(made.address + each)) for each in asked)
    finally:
        actions.take_back(library.target(), made.address)


# The class of an error is lost in the emulator; its message says what was refused.
LESS: dict[tuple[str, str], tuple[Seen, str, str]] = {
    ("ManifestAccess", "s3:GetObject"): (updated, "Error: (GET|HEAD) s3://.* 403 AccessDenied", '"added": '),
    ("ManifestAccess", "s3:PutObject"): (
        updated,
        "Error: writing s3://.*manifest.jsonl .* 403 AccessDenied",
        '"added": ',
    ),
    ("ManifestAccess", "s3:ListBucket"): (scanned, "FAILED .*LIST .* 403 AccessDenied", "SUCCEEDED"),
    ("FullScanRole", "s3:PutObject"): (scanned, "FAILED .*PUT s3://.*last-scan.json .* 403 AccessDenied", "SUCCEEDED"),
    ("FullScanSeesExecutions", "states:ListExecutions"): (warned, "SUCCEEDED.*not known whether", "SUCCEEDED"),
    ("OpenLinkRole", "s3:GetObject"): (clicked, "503 503", "200 200"),
    ("OpenLinkRole", "s3:ListBucket"): (clicked, "200 503", "200 200"),
}


def test_each_right_that_the_emulator_enforces_is_tried() -> None:
    assert set(LESS) == ENFORCED


@pytest.mark.parametrize("right", sorted(LESS))
def test_without_it_the_function_says_what_it_may_not_and_with_it_again_it_does_it(
    library: Library, prefix: str, right: tuple[str, str]
) -> None:
    seen, without_it, with_it = LESS[right]
    with library.unheard():
        library.upload(f"{prefix}q1.pdf", PDF)
    if seen is clicked:
        library.scan(prefix)
    with without(library, *right):
        assert re.search(without_it, seen(library, prefix), re.DOTALL)
    assert re.search(with_it, seen(library, prefix), re.DOTALL)
