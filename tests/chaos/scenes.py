"""Folders in a known state, each with something to be done about it: what faults and kills are tried on.

A scene is prepared once. What the functions change is nothing but manifests, so that putting these back is enough to
play it again; its documents, and so what its manifests should say in the end, stay the same.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.chaos.functions import Answer, Functions, Invocation
from tests.chaos.library import SMALL, Library, Manifest, View, differing, manifest_key

# A link escapes every byte of "é" and JSON the character itself: 12 bytes of line for 2 of key. So few documents make
# a large manifest.
_LONG = "é" * 126
LARGE_FOLDER = f"large/{_LONG}/{_LONG}/{_LONG}/"
_LARGE_COUNT = 900
_NEW, _REMOVED = f"{LARGE_FOLDER}new.pdf", f"{LARGE_FOLDER}{'é' * 120}0007.pdf"
_TEMPLATE = "template/"  # where a large manifest is kept that scenes can begin with


@dataclass(frozen=True, slots=True)
class Scene:
    """By folder: its manifest before anything happens, and its documents."""

    library: Library
    invocation: Invocation
    before: dict[str, Manifest]
    documents: dict[str, View]

    def restore(self) -> None:
        for prefix, manifest in self.before.items():
            put_back(self.library, prefix, manifest)

    def manifests(self) -> dict[str, Manifest]:
        return {prefix: self.library.manifest(prefix) for prefix in self.before}

    def half_done(self, now: Mapping[str, Manifest], answer: Answer | None = None) -> list[str]:
        """What is neither a complete old manifest nor a complete, true new one; what was told to have failed aside."""
        left_out = self.invocation.left_out(answer) if answer else frozenset[str]()
        return [flaw for prefix, manifest in now.items() for flaw in self.flaws_of(prefix, manifest, left_out)]

    def flaws_of(self, prefix: str, manifest: Manifest, left_out: frozenset[str] = frozenset()) -> list[str]:
        """Why this is neither the complete old manifest of that folder nor a complete and true new one.

        What is `left_out` may be as it was before.
        """
        before = self.before[prefix]
        if manifest == before:
            return []
        same = left_out - set(differing(manifest.view, before.view))
        flaws = [*manifest.flaws(), *self._wrong(prefix, manifest, same)]
        if manifest.revision <= before.revision:
            flaws.append(f"revision {manifest.revision} follows {before.revision}")
        return [f"{prefix[:40]}: {flaw}" for flaw in flaws]

    def untold(self, now: Mapping[str, Manifest]) -> list[str]:
        """What a successful answer would be a lie about."""
        missing = [f"{prefix[:40]}: there is no manifest" for prefix in now if not now[prefix].exists]
        return missing + [wrong for prefix in now for wrong in self._wrong(prefix, now[prefix])]

    def disagreement(self, now: Mapping[str, Manifest]) -> list[str]:
        """Where manifests and bucket differ, any key counted, and what is wrong with the manifests themselves."""
        differ = [(prefix, key) for prefix in now for key in differing(now[prefix].view, self.documents[prefix])]
        flaws = [f"{prefix[:40]}: {flaw}" for prefix in now for flaw in now[prefix].flaws()]
        return [f"{prefix[:40]}: {key[-20:]}" for prefix, key in differ] + flaws

    def _wrong(self, prefix: str, manifest: Manifest, excused: frozenset[str] = frozenset()) -> list[str]:
        wrong = differing(manifest.view, self.documents[prefix])
        return [f"wrong about {key[-20:]}" for key in wrong if self.invocation.vouches_for(key) and key not in excused]


def put_back(library: Library, prefix: str, manifest: Manifest) -> None:
    if manifest.exists:
        library.client.put_object(
            Bucket=library.bucket, Key=manifest_key(prefix), Body=manifest.body, Metadata=manifest.metadata
        )
    else:
        library.remove(manifest_key(prefix))


def _scene(library: Library, invocation: Invocation, *prefixes: str) -> Scene:
    before = {prefix: library.manifest(prefix) for prefix in prefixes}
    return Scene(library, invocation, before, {prefix: library.documents(prefix) for prefix in prefixes})


def _told(answer: Answer) -> None:
    assert answer.success, answer


def _first_document(library: Library, _: Functions) -> Scene:
    library.upload("new/a.pdf")
    return _scene(library, Invocation.of("deliver", "new/a.pdf"), "new/")


def _update(library: Library, functions: Functions) -> Scene:
    a, b, c = "small/a.pdf", "small/b.pdf", "small/c.pdf"
    library.upload(a, b)
    _told(functions.deliver(a, b))
    library.upload(a, body=b"%PDF-2")
    library.upload(c)
    return _scene(library, Invocation.of("deliver", a, c), "small/")


def _deletion(library: Library, functions: Functions) -> Scene:
    a, b = "delete/a.pdf", "delete/b.pdf"
    library.upload(a, b)
    _told(functions.deliver(a, b))
    library.remove(b)
    return _scene(library, Invocation.of("deliver", b), "delete/")


def large_folder(library: Library, functions: Functions) -> str:
    """A folder whose manifest is above 5 MiB, and does not tell of one new and of one removed document."""
    if not library.manifest(_TEMPLATE).exists:
        _make_large(library, functions)
    put_back(library, LARGE_FOLDER, library.manifest(_TEMPLATE))
    return LARGE_FOLDER


def _make_large(library: Library, functions: Functions) -> None:
    keys = [f"{LARGE_FOLDER}{'é' * 120}{number:04}.pdf" for number in range(_LARGE_COUNT)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(library.upload, keys))
    _told(functions.scan(LARGE_FOLDER))
    made = library.manifest(LARGE_FOLDER)
    assert len(made.body) > SMALL
    put_back(library, _TEMPLATE, made)
    library.upload(_NEW)
    library.remove(_REMOVED)


def _append(library: Library, functions: Functions) -> Scene:
    return _scene(library, Invocation.of("deliver", _NEW, _REMOVED), large_folder(library, functions))


def _small_scan(library: Library, functions: Functions) -> Scene:
    a, b, c = "scan/a.pdf", "scan/b.pdf", "scan/c.pdf"
    library.upload(a, b)
    _told(functions.deliver(a, b))
    library.remove(a)
    library.upload(c)
    return _scene(library, Invocation.of("scan", "scan/"), "scan/")


def _large_scan(library: Library, functions: Functions) -> Scene:
    folder = large_folder(library, functions)
    return _scene(library, Invocation.of("scan", folder), folder)


def _shrinking_scan(library: Library, functions: Functions) -> Scene:
    """A manifest above 5 MiB, of whose documents few are left."""
    large = library.manifest(large_folder(library, functions))
    library.upload("shrink/a.pdf")
    put_back(library, "shrink/", large)
    return _scene(library, Invocation.of("scan", "shrink/"), "shrink/")


def _scan_of_many(library: Library, functions: Functions) -> Scene:
    """One folder out of date, one without a manifest, one without a document left, and the one above them."""
    library.upload("many/x/a.pdf", "many/x/b.pdf", "many/y/a.pdf", "many/z/a.pdf")
    _told(functions.deliver("many/x/a.pdf", "many/z/a.pdf"))
    library.remove("many/z/a.pdf")
    return _scene(library, Invocation.of("scan", "many/"), "many/", "many/x/", "many/y/", "many/z/")


UPDATES = {"first": _first_document, "update": _update, "deletion": _deletion, "append": _append}
SCANS = {"scan": _small_scan, "scan-large": _large_scan, "scan-shrink": _shrinking_scan, "scan-many": _scan_of_many}
SCENES = UPDATES | SCANS
