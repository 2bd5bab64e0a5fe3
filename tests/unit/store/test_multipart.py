"""Large manifests: appended to on the server, staged by rebuilds, and tidied up however it ends."""

from typing import Any

import boto3
import pytest

from shared.domain.documents import Place
from shared.domain.errors import AccessDeniedError, OutOfTimeError
from shared.store.client import patient_client, second_client
from shared.store.manifests import ManifestStore
from shared.store.multipart import RANGE, Source
from tests.fake_objects import refusal
from tests.fake_s3 import FakeS3
from tests.world import MANIFEST, SMALL_LARGE, World, at, raising

STEPS = ["create_multipart_upload", "upload_part", "upload_part_copy", "complete_multipart_upload"]


def test_an_append_sends_the_new_lines_alone(world: World) -> None:
    before = world.stored().body
    sent: list[bytes] = []
    world.s3.before = lambda name, request: sent.append(request["Body"]) if name == "upload_part" else None
    world.publish("a/1.pdf")
    assert world.stored().body == before + b"".join(sent)
    assert b"".join(sent).count(b"\n") == 1


def test_an_append_reads_nothing_of_the_manifest(world: World) -> None:
    world.publish("a/1.pdf")
    world.s3.calls.clear()
    world.publish("a/1.pdf")
    assert "get_object" not in world.s3.calls
    assert len(world.s3.calls) - world.s3.calls.count("upload_part_copy") == 5


def test_the_first_append_reads_the_beginning_alone(world: World) -> None:
    asked: list[str] = []
    world.s3.before = lambda name, request: asked.append(request["Range"]) if name == "get_object" else None
    world.publish("a/1.pdf")
    assert asked == [f"bytes=0-{SMALL_LARGE // 4 - 1}"]


def test_the_metadata_of_an_append_are_named_where_the_upload_begins(world: World) -> None:
    world.s3.remove("a/1.pdf")
    world.publish("a/1.pdf", "a/2.pdf")
    head = world.head()
    assert (head.revision, head.rebuilt_from, head.lines, head.documents) == (2, 0, 12, 10)
    assert (head.versioned, len(head.commit), head.first_expiry) == (True, 32, "2026-04-02T08:15:00Z")


def test_the_reading_rule_holds_after_an_append(world: World) -> None:
    world.s3.remove("a/1.pdf")
    world.s3.upload("a/2.pdf", b"other")
    world.publish("a/1.pdf", "a/2.pdf")
    assert world.view() == world.bucket_view()


def test_a_large_manifest_is_copied_in_ranges_that_cover_it_once(world: World) -> None:
    size = len(world.stored().body)
    copied: list[str] = []
    world.s3.before = lambda name, request: (
        copied.append(request["CopySourceRange"]) if name == "upload_part_copy" else None
    )
    world.publish("a/1.pdf")
    ends = sorted(tuple(map(int, each.removeprefix("bytes=").split("-"))) for each in copied)
    assert len(ends) > 1
    assert [first for first, _ in ends] == [0, *(last + 1 for _, last in ends[:-1])]
    assert ends[-1][1] == size - 1


class Patient:
    """The same store, through another client."""

    def __init__(self, s3: FakeS3) -> None:
        self._s3 = s3
        self.calls: list[str] = []

    def __getattr__(self, operation: str) -> Any:
        self.calls.append(operation)
        return getattr(self._s3, operation)


def test_what_is_copied_in_several_ranges_is_waited_for_longer_and_nothing_else(world: World) -> None:
    patient: Any = Patient(world.s3)
    client: Any = world.s3
    store = ManifestStore(client, world.layout, patient=lambda: patient)
    world.publisher._store = store  # noqa: SLF001 -- the same world, with that client
    world.publish("a/1.pdf")
    assert len(patient.calls) > 1
    assert set(patient.calls) == {"upload_part_copy"}
    assert len(patient.calls) == world.s3.calls.count("upload_part_copy")


@pytest.mark.parametrize(
    ("kind", "waits", "tries"), [(patient_client, 60, 3), (second_client, 15, 2)], ids=["waits longer", "tries less"]
)
def test_a_client_that_is_seldom_needed_is_made_once_and_only_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, kind: Any, waits: int, tries: int
) -> None:
    made: list[Any] = []
    original = boto3.Session.client

    def client(self: boto3.Session, *given: Any, **named: Any) -> Any:
        made.append(original(self, *given, **named))
        return made[-1]

    monkeypatch.setattr(boto3.Session, "client", client)
    ask = kind(boto3.Session("key", "secret", region_name="eu-west-1"), None)
    assert made == []
    assert ask() is ask()
    (config,) = (each.meta.config for each in made)
    assert (config.read_timeout, config.retries["total_max_attempts"]) == (waits, tries)


@pytest.mark.parametrize("size", [5 << 20, RANGE - 1, RANGE, RANGE + 1, 5 << 30, 4 << 40])
def test_every_copied_range_is_one_that_s3_takes(size: int) -> None:
    ranges = Source(Place("docs", "m"), "etag", size).ranges()
    lengths = [last - first + 1 for first, last in ranges]
    assert sum(lengths) == size
    assert all((5 << 20) <= length <= RANGE for length in lengths)
    assert len(ranges) <= 10_000


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("code", ["PreconditionFailed", "ConditionalRequestConflict", "InternalError", "NoSuchUpload"])
def test_an_append_that_fails_at_any_step_is_aborted_and_made_again(world: World, step: str, code: str) -> None:
    world.s3.remove("a/1.pdf")
    world.s3.before = at(step, raising(refusal(code)))
    world.publish("a/1.pdf")
    assert world.view() == world.bucket_view()
    assert world.left_over() == []
    assert world.s3.calls.count("abort_multipart_upload") >= (step != "create_multipart_upload")


@pytest.mark.parametrize("step", STEPS)
def test_an_append_that_is_denied_is_aborted_and_said(world: World, step: str) -> None:
    before = world.stored()
    world.s3.before = at(step, raising(refusal("AccessDenied")), times=9)
    with pytest.raises(AccessDeniedError):
        world.publish("a/1.pdf")
    assert world.stored() == before
    assert world.left_over() == []


@pytest.mark.parametrize("step", STEPS[:-1])
def test_an_append_that_runs_out_of_time_is_aborted(world: World, step: str) -> None:
    before = world.stored()

    def spend() -> None:
        world.seconds_left = 1

    world.s3.before = at(step, spend)
    with pytest.raises(OutOfTimeError):
        world.publish("a/1.pdf")
    assert world.stored() == before
    assert world.left_over() == []


def test_an_append_whose_answer_was_lost_is_known_by_its_commit(world: World) -> None:
    world.s3.after = at("complete_multipart_upload", raising(refusal("NoSuchUpload")))  # the SDK's own retry
    assert world.publish("a/1.pdf").revision == 2
    assert world.s3.calls.count("complete_multipart_upload") == 1
    assert world.head().lines == 11


def test_an_append_to_a_manifest_that_changed_meanwhile_looks_again(world: World) -> None:
    other = World(world.s3)
    world.s3.before = at("upload_part_copy", lambda: other.publish("a/2.pdf"))
    assert world.publish("a/1.pdf").revision == 3
    assert world.left_over() == []


def test_an_append_to_a_manifest_that_changed_before_its_completion_looks_again(world: World) -> None:
    other = World(world.s3)
    world.s3.before = at("complete_multipart_upload", lambda: other.publish("a/2.pdf"))
    assert world.publish("a/1.pdf").revision == 3
    assert world.left_over() == []


def test_an_upload_that_was_begun_without_an_answer_is_swept(world: World) -> None:
    world.s3.after = at("create_multipart_upload", raising(OSError("cut")))
    world.publish("a/1.pdf")
    assert world.left_over() == []


def test_uploads_of_others_that_are_older_are_not_swept(world: World) -> None:
    old = world.s3.create_multipart_upload(Bucket="docs", Key=MANIFEST, Metadata={}, ContentType="x")["UploadId"]
    world.s3.tick(60)
    world.s3.after = at("create_multipart_upload", raising(OSError("cut")))
    world.publish("a/1.pdf")
    assert world.left_over() == [old]


def test_what_cannot_be_swept_is_no_error(world: World) -> None:
    world.s3.after = at("create_multipart_upload", raising(OSError("cut")))
    world.s3.before = at("list_multipart_uploads", raising(refusal("AccessDenied")))
    world.publish("a/1.pdf")
    assert world.view() == world.bucket_view()


def test_an_abort_that_fails_is_tried_again(world: World) -> None:
    failing: dict[str, Any] = {"complete_multipart_upload": 1, "abort_multipart_upload": 2}

    def before(name: str, _: dict[str, Any]) -> None:
        if failing.get(name):
            failing[name] -= 1
            raise refusal("InternalError")

    world.s3.before = before
    world.publish("a/1.pdf")
    assert world.left_over() == []
