"""From the bucket to the manifest, through the deployed queue and function."""

import json
from functools import partial

import pytest

from local.deployed.library import Library, fetch, seconds_until
from tests.e2e.events import created, one_batch, send, settle

pytestmark = pytest.mark.xdist_group("deployed")  # one stack for all of them

PDF = b"%PDF-1.7 a report"


def raw_lines(library: Library, prefix: str) -> list[dict[str, object]]:
    found = library.aws.s3.get_object(Bucket=library.stack.bucket, Key=library.place(prefix).key)
    return [json.loads(line) for line in found["Body"].read().splitlines()]


def uploaded(library: Library, key: str) -> None:
    library.upload(key, PDF)
    seconds_until(partial(library.shows, key), f"{key} in its manifest")
    settle(library)


@pytest.mark.parametrize("name", ["report.pdf", "REPORT.PDF", "a b+c%20 (ü) 'q' \N{PAGE FACING UP}.pdf"])
def test_an_uploaded_document_gets_a_link_that_downloads_it(library: Library, prefix: str, name: str) -> None:
    uploaded(library, prefix + name)
    line = library.line(prefix + name)
    assert line is not None
    assert line.size == len(PDF)
    assert line.url is not None
    assert fetch(line.url) == PDF


def test_another_kind_of_object_gets_no_line(library: Library, prefix: str) -> None:
    library.upload(f"{prefix}notes.txt", b"no document")
    uploaded(library, f"{prefix}report.pdf")
    assert set(library.manifest(prefix)) == {f"{prefix}report.pdf"}


def test_a_deleted_document_is_gone_from_its_manifest(library: Library, prefix: str) -> None:
    uploaded(library, f"{prefix}kept.pdf")
    uploaded(library, f"{prefix}gone.pdf")
    library.delete(f"{prefix}gone.pdf")
    seconds_until(lambda: set(library.manifest(prefix)) == {f"{prefix}kept.pdf"}, "gone.pdf gone")


def test_an_event_that_comes_again_adds_no_line_and_changes_no_link(library: Library, prefix: str) -> None:
    key = f"{prefix}report.pdf"
    uploaded(library, key)
    before = raw_lines(library, prefix)
    event = created(library.stack.bucket, key)
    with one_batch(library):
        send(library, event, event)
    settle(library)
    send(library, event)
    settle(library)
    after = raw_lines(library, prefix)
    assert [line["key"] for line in after] == [key]
    assert after[0]["url"] == before[0]["url"]


@pytest.mark.usefixtures("quick_redelivery")
def test_a_poison_message_ends_in_the_dead_letter_queue_and_its_neighbours_do_not(
    library: Library, prefix: str
) -> None:
    keys = {f"{prefix}one.pdf", f"{prefix}two.pdf"}
    with library.unheard():
        for key in keys:
            library.upload(key, PDF)
    settle(library)
    poison = '{"Records": "not a list"}'
    with one_batch(library):
        send(library, created(library.stack.bucket, f"{prefix}one.pdf"), poison)
        send(library, created(library.stack.bucket, f"{prefix}two.pdf"))
    seconds_until(lambda: set(library.manifest(prefix)) == keys, "the neighbours in their manifest")
    settle(library)
    dead = library.aws.sqs.receive_message(QueueUrl=library.stack.dead_letter_queue_url, MaxNumberOfMessages=10)
    assert [message["Body"] for message in dead["Messages"]] == [poison]
    log = library.log_of(library.stack.on_created_function)  # the fixture takes the right to set a message's wait away
    assert [line for line in log if "keep the queue's own visibility time-out" in line and "AccessDenied" in line]


def test_a_function_counts_under_its_own_name(library: Library, prefix: str) -> None:
    uploaded(library, f"{prefix}report.pdf")
    counted = [json.loads(line) for line in library.log_of(library.stack.on_created_function) if "_aws" in line]
    assert {each["service"] for each in counted} == {library.stack.on_created_function}


def test_no_link_reaches_the_log(library: Library, prefix: str) -> None:
    uploaded(library, f"{prefix}report.pdf")
    messages = library.log_of(library.stack.on_created_function)
    assert any(prefix in message for message in messages)
    assert not [message for message in messages if "X-Amz-Signature" in message]
