"""`make share`, `make shares`, `make unshare`: what they do to a store in memory, and what they say."""

import json
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
import segno
from rich.console import Console

from local.deployed.aws import Aws
from local.deployed.reached import Reached, StackError
from local.sharing import actions, display
from local.sharing.target import Target, of_environment, of_stack
from shared.config import LinkSettings, Settings
from shared.domain.documents import Layout
from shared.domain.errors import ShareError
from shared.domain.sharing import Share, digest
from tests.fake_s3 import FakeS3
from tests.shown import Showing

BASE = "https://links.example.com"


@pytest.fixture
def target() -> Target:
    s3: Any = Showing("2026/04/acme/q1.pdf", "2026/05/q2.pdf", s3=FakeS3("docs", "shares")).s3
    settings = Settings("docs", "", 900, None, 2000, Layout(), LinkSettings(base_url=BASE, share_bucket="shares"))
    return Target(settings, s3, "shares", BASE)


def share_id(made: actions.Made) -> str:
    return made.address.removeprefix(f"{BASE}/s/").removesuffix("/")


def test_a_folder_is_shared_for_90_days_and_its_address_told_once(target: Target) -> None:
    made = actions.make(target, {"PREFIX": "2026/04/", "LABEL": "April $5 `x`"})
    found = target.shares.find(share_id(made))
    assert found == made.seen.kept
    assert found
    assert (found.prefix, found.label, found.bucket) == ("2026/04/", "April $5 `x`", "docs")
    assert share_id(made) not in json.dumps([each.told() for each in actions.seen(target)])
    assert made.told()["share"] == digest(share_id(made))


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({}, "Which folder"),
        ({"PREFIX": "2026/04"}, "does not end with '/'"),
        ({"PREFIX": "2026/06/"}, "no manifest at or below s3://docs/2026/06/"),
        ({"PREFIX": "2026/0/"}, "no manifest at or below"),
        ({"PREFIX": "manifests/"}, "where manifests lie"),
        ({"PREFIX": "2026/", "ALL": "1"}, "Give one"),
        ({"PREFIX": "2026/", "DAYS": "0"}, "would have ended already"),
        ({"PREFIX": "2026/", "LABEL": "\x1b[31m"}, r"U\+001B"),
        ({"ALL": "yes"}, "Which folder"),
    ],
)
def test_what_cannot_be_shared_is_refused_with_a_reason(target: Target, wish: dict[str, str], why: str) -> None:
    with pytest.raises(ShareError, match=why):
        actions.make(target, wish)
    assert target.shares.names() == []


def test_a_prefix_within_a_manifest_names_the_one_it_would_have_to_be(target: Target) -> None:
    deep = replace(target, settings=replace(target.settings, layout=Layout(prefix_depth=1)))
    with pytest.raises(ShareError, match="within a manifest, that of '2026/'"):
        actions.make(deep, {"PREFIX": "2026/04/"})


def test_the_whole_bucket_is_shared_only_by_name(target: Target) -> None:
    kept = actions.make(target, {"ALL": "1", "DAYS": "forever"}).seen.kept
    assert isinstance(kept, Share)
    assert (kept.prefix, kept.ends) == ("", None)


def test_a_share_is_taken_back_by_its_address_its_id_or_its_digest(target: Target) -> None:
    for name_of in (
        lambda made: made.address,
        lambda made: f"{made.address}d/x/q1.pdf?download",
        share_id,
        lambda made: made.seen.name,
        lambda made: f" {made.seen.name[:8]}\n",
    ):
        made = actions.make(target, {"PREFIX": "2026/04/"})
        assert actions.take_back(target, name_of(made)).kept == made.seen.kept
        assert target.shares.find(share_id(made)) is None


@pytest.mark.parametrize("wanted", ["", "abc", "*", "0" * 64, "a" * 26, f"{BASE}/s/{'a' * 26}/", "2026/04/"])
def test_what_names_none_takes_back_nothing_and_is_not_repeated(target: Target, wanted: str) -> None:
    actions.make(target, {"PREFIX": "2026/04/"})
    with pytest.raises(ShareError) as told:
        actions.take_back(target, wanted)
    assert len(target.shares.names()) == 1
    assert len(wanted) < 5 or wanted not in str(told.value)


def test_what_names_several_takes_back_none(target: Target) -> None:
    s3: Any = target.client
    for end in "ab":
        s3.upload(f"{'0' * 63}{end}", b"{}", "shares")
    with pytest.raises(ShareError, match="2 shares' digests begin so"):
        actions.take_back(target, "00000000")
    assert len(target.shares.names()) == 2


def test_the_table_shows_what_there_is_and_in_which_state(target: Target) -> None:
    s3: Any = target.client
    actions.make(target, {"PREFIX": "2026/04/", "LABEL": "[red]April[/red]"})
    target.shares.put("ended", Share("docs", "2026/", "", "2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z"))
    target.shares.put("other", Share("elsewhere", "2026/", "", "2020-01-01T00:00:00Z", None))
    s3.upload("f" * 64, b"{}", "shares")
    found = actions.seen(target)
    assert sorted(each.state for each in found) == ["damaged", "ended", "of another bucket", "open"]
    screen = StringIO()
    Console(file=screen, width=160).print(display.table(found))
    shown = screen.getvalue()
    for each in ("[red]April[/red]", "2026/04/", "never", "ffffffff", "damaged", digest("ended")[:8]):
        assert each in shown


def test_the_code_is_of_the_address_whatever_the_terminals_colours_are() -> None:
    address = f"{BASE}/s/{'a' * 26}/"
    plain, coloured = (display.code(address, colours=colours) for colours in (False, True))
    pairs = {" ": (1, 1), "▀": (0, 1), "▄": (1, 0), "█": (0, 0)}
    rows: list[list[int]] = []
    for line in plain.splitlines():
        rows += map(list, zip(*(pairs[each] for each in line), strict=True))
    wanted = [list(row) for row in segno.make_qr(address).matrix_iter(border=4)]
    assert rows[: len(wanted)] == wanted
    assert all(line.startswith("\033[38;5;231;48;5;16m") and line.endswith("\033[0m") for line in coloured.splitlines())


def test_what_is_said_of_a_new_share_is_enough_to_use_and_to_end_it(target: Target) -> None:
    made = actions.make(target, {"PREFIX": "2026/04/", "DAYS": "forever"})
    said = display.made(replace(target, stack="reports"), made, is_terminal=False)
    for each in (
        made.address,
        "s3://docs/2026/04/",
        "until it is taken back",
        f"STACK=reports SHARE={made.seen.name[:8]}",
    ):
        assert each in said


def test_on_this_machine_what_make_up_gives_is_meant() -> None:
    told = of_environment({"BUCKET_NAME": "reports", "LINKS": "stable", "PREFIX": "manifests/", "LINKS_PORT": "9102"})
    assert (told["SHARE_BUCKET"], told["LINK_BASE_URL"]) == ("reports-shares", "http://127.0.0.1:9102")
    assert "LINKS" not in told
    assert of_environment({"SHARE_BUCKET": "own"})["SHARE_BUCKET"] == "own"


AWS = Aws("http://127.0.0.1:1", "us-east-1", "key", "secret")
OUTPUTS = {"Bucket": "docs", "ManifestBucket": "lists", "ShareBucket": "shares", "LinkBaseUrl": f"{BASE}/"}


def test_a_stack_tells_what_its_functions_are_told() -> None:
    parameters = {"ManifestPrefix": "m/", "PrefixDepth": "2", "OpenExpirySeconds": "60"}
    parameters["ManifestBucketName"] = "lists"
    settings = of_stack(AWS, Reached("reports", OUTPUTS, parameters)).settings
    assert (settings.bucket_name, settings.layout) == ("docs", Layout("m/", "lists", 2))
    links = settings.links
    assert (links.share_bucket, links.base_url, links.open_expiry_seconds) == ("shares", BASE, 60)


def test_a_stack_without_shares_says_how_to_turn_them_on() -> None:
    with pytest.raises(StackError, match="Deploy it with PARAMETERS=OpenLinks=ENABLED"):
        of_stack(AWS, Reached("reports", {"Bucket": "docs", "ManifestBucket": "docs"}, {}))
