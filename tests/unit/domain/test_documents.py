"""Which keys are documents, which prefix is theirs, where its manifest lies."""

import pytest

from shared.domain.documents import Folder, Layout, Place, has_dot_segments

OWN = Layout(manifest_prefix="m/", manifest_bucket="manifests")
BARE = Layout(manifest_prefix="", manifest_bucket="manifests")


@pytest.mark.parametrize(
    "key", ["a/q1.pdf", "q1.PDF", "a/q1.Pdf", ".pdf", "a/.pdf", "a/manifests/1.pdf", "a/.staging/1.pdf"]
)
def test_a_document_ends_in_pdf_in_any_case(key: str) -> None:
    assert Layout().is_document("docs", key)


@pytest.mark.parametrize(
    "key",
    [
        "a/q1.txt",
        "a/pdf",
        "a.pdf/",
        "",
        "a/q1.pdf ",
        "manifests/q1.pdf",
        ".staging/q1.pdf",
        ".state/q1.pdf",
        "a/q1.p\u0501f",
    ],
)
def test_everything_else_is_none(key: str) -> None:
    assert not Layout().is_document("docs", key)


def test_the_manifest_prefix_is_reserved_only_where_the_manifests_are() -> None:
    assert OWN.is_document("docs", "m/q1.pdf")
    assert not OWN.is_document("manifests", "m/q1.pdf")
    assert not BARE.is_document("manifests", "q1.pdf")
    assert not OWN.is_document("docs", ".staging/q1.pdf")
    assert not OWN.is_document("docs", ".state/q1.pdf")
    assert OWN.is_document("docs", "a/.state/q1.pdf")


@pytest.mark.parametrize(
    ("depth", "key", "prefix"),
    [
        (None, "2026/04/acme/q1.pdf", "2026/04/acme/"),
        (None, "q1.pdf", ""),
        (None, "/q1.pdf", "/"),
        (None, "a//q1.pdf", "a//"),
        (1, "2026/04/acme/q1.pdf", "2026/"),
        (2, "2026/04/acme/q1.pdf", "2026/04/"),
        (3, "2026/04/acme/q1.pdf", "2026/04/acme/"),
        (4, "2026/04/acme/q1.pdf", "2026/04/acme/"),
        (1, "q1.pdf", ""),
        (1, "//q1.pdf", "/"),
    ],
)
def test_a_prefix_is_the_folder_or_its_first_folders(depth: int | None, key: str, prefix: str) -> None:
    assert Layout(prefix_depth=depth).prefix_of(key) == prefix


@pytest.mark.parametrize(
    ("depth", "asked", "rebuilt"),
    [
        (None, "", ""),
        (None, "2026", "2026/"),
        (None, "2026/04/", "2026/04/"),
        (2, "2026/04/acme/", "2026/04/"),
        (2, "2026/04/acme", "2026/04/"),
        (2, "2026/", "2026/"),
        (1, "", ""),
    ],
)
def test_a_scan_is_widened_to_the_manifests_own_prefix(depth: int | None, asked: str, rebuilt: str) -> None:
    assert Layout(prefix_depth=depth).widened(asked) == rebuilt


def test_a_manifest_speaks_for_the_folders_below_at_its_full_depth() -> None:
    assert not Layout().covers("a/b/")
    assert not Layout(prefix_depth=2).covers("a/")
    assert Layout(prefix_depth=2).covers("a/b/")


@pytest.mark.parametrize(
    ("layout", "prefix", "place"),
    [
        (Layout(), "a/b/", Place("docs", "manifests/a/b/manifest.jsonl")),
        (Layout(), "", Place("docs", "manifests/manifest.jsonl")),
        (Layout("x/y/"), "a/", Place("docs", "x/y/a/manifest.jsonl")),
        (OWN, "a/", Place("manifests", "m/docs/a/manifest.jsonl")),
        (BARE, "", Place("manifests", "docs/manifest.jsonl")),
    ],
)
def test_a_manifest_is_named_after_its_prefix(layout: Layout, prefix: str, place: Place) -> None:
    assert layout.manifest_of(Folder("docs", prefix)) == place


def test_two_buckets_never_share_a_manifest() -> None:
    assert OWN.manifest_of(Folder("one", "a/")) != OWN.manifest_of(Folder("two", "a/"))
    assert OWN.folder_of("one", OWN.manifest_of(Folder("two", "a/")).key) is None


@pytest.mark.parametrize(
    "key",
    [
        "manifests/a/other.jsonl",
        "a/manifest.jsonl",
        "manifests/.staging/manifest.jsonl",
        "manifests/.state/manifest.jsonl",
        "manifests/.state/a/manifest.jsonl",
        "manifests/.state/last-scan.json",
        "manifests/xmanifest.jsonl",
    ],
)
def test_what_is_no_manifest_has_no_folder(key: str) -> None:
    assert Layout().folder_of("docs", key) is None


def test_staged_objects_lie_beside_the_manifests_and_are_no_documents() -> None:
    for layout in (Layout(), OWN, BARE):
        manifest = layout.manifest_of(Folder("docs", "a/"))
        staged = layout.staging(manifest, "1f.pdf")
        assert (staged.bucket, staged.key) == (manifest.bucket, f"{layout.manifest_prefix}.staging/1f.pdf")
        assert not layout.is_document(staged.bucket, staged.key)


@pytest.mark.parametrize(
    ("layout", "place"),
    [
        (Layout(), Place("docs", "manifests/.state/last-scan.json")),
        (OWN, Place("manifests", "m/.state/last-scan.json")),
        (BARE, Place("manifests", ".state/last-scan.json")),
    ],
)
def test_the_last_scan_is_on_record_beside_the_manifests_and_is_none_of_them(layout: Layout, place: Place) -> None:
    assert layout.last_scan("docs") == place
    assert layout.is_own(place.bucket, place.key)
    assert layout.is_reserved(place.bucket, place.key)
    assert layout.folder_of("docs", place.key) is None
    assert not place.key.endswith("manifest.jsonl")


@pytest.mark.parametrize(("letter", "bytes_each"), [("x", 1), ("é", 2), ("\U0001f9fe", 4)])
def test_a_name_fits_up_to_1024_bytes_not_characters(letter: str, bytes_each: int) -> None:
    most = letter * (1024 // bytes_each)
    assert Place("docs", most).fits
    assert not Place("docs", most + "x").fits


@pytest.mark.parametrize("key", ["./a.pdf", "../a.pdf", "a/./b.pdf", "a/../b.pdf", "/../a.pdf", "a/b/.././c.pdf"])
def test_dots_alone_between_slashes_are_seen(key: str) -> None:
    assert has_dot_segments(key)


@pytest.mark.parametrize(
    "key", ["a.pdf", ".a/b.pdf", "a./b.pdf", "..a/b.pdf", "a../b.pdf", ".../b.pdf", "a//b.pdf", "..pdf"]
)
def test_dots_beside_something_else_are_a_name_like_any(key: str) -> None:
    assert not has_dot_segments(key)
