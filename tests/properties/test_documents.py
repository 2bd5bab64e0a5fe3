"""Laws of naming: folders and their manifests are each other's inverse, whatever the key."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.documents import Folder, Layout

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "200"))
many = settings(max_examples=EXAMPLES, deadline=None)

segments = st.sampled_from(["a", "b", "", ".", "..", "manifests", ".staging", "manifest.jsonl", "é"]) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/"), max_size=5
)
keys = st.lists(segments, min_size=1, max_size=6).map("/".join).map(lambda key: key + ".pdf")
layouts = st.builds(
    Layout,
    st.sampled_from(["manifests/", "a/", "x/y/", "manifest.jsonl/"]),
    st.sampled_from([None, "links", "docs"]),
    st.none() | st.integers(1, 4),
) | st.builds(Layout, st.just(""), st.just("links"), st.none() | st.integers(1, 4))


@many
@given(layouts, keys)
def test_a_documents_folder_is_found_again_by_its_manifest(layout: Layout, key: str) -> None:
    if layout.is_document("docs", key):
        folder = Folder("docs", layout.prefix_of(key))
        assert layout.folder_of("docs", layout.manifest_of(folder).key) == folder


@many
@given(layouts, keys, keys)
def test_two_folders_never_share_a_manifest(layout: Layout, one: str, other: str) -> None:
    folders = {Folder("docs", layout.prefix_of(key)) for key in (one, other)}
    assert len({layout.manifest_of(folder) for folder in folders}) == len(folders)


@many
@given(layouts, keys)
def test_a_manifest_is_never_a_document(layout: Layout, key: str) -> None:
    manifest = layout.manifest_of(Folder("docs", layout.prefix_of(key)))
    assert not layout.is_document(manifest.bucket, manifest.key)
    assert not layout.is_document(manifest.bucket, layout.staging(manifest, "x.pdf").key)


@many
@given(layouts, keys)
def test_a_key_begins_with_its_prefix_and_the_prefix_is_its_own(layout: Layout, key: str) -> None:
    prefix = layout.prefix_of(key)
    assert key.startswith(prefix)
    assert layout.prefix_of(prefix) == prefix
    assert layout.prefix_depth is None or prefix.count("/") <= layout.prefix_depth


@many
@given(layouts, keys)
def test_a_scan_of_a_documents_folder_covers_its_whole_manifest(layout: Layout, key: str) -> None:
    folder = key[: key.rfind("/") + 1]
    widened = layout.widened(folder)
    assert layout.prefix_of(key).startswith(widened)
    assert layout.widened(widened) == widened


@many
@given(layouts, st.sets(keys, max_size=8))
def test_in_listing_order_what_begins_with_a_prefix_is_together(layout: Layout, found: set[str]) -> None:
    """The pipeline closes a prefix when the listing has passed it."""
    ordered = sorted(found, key=str.encode)
    for prefix in map(layout.prefix_of, ordered):
        inside = [key.startswith(prefix) for key in ordered]
        first, last = inside.index(True), len(inside) - inside[::-1].index(True)
        assert all(inside[first:last])
