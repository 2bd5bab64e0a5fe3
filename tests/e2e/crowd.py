"""Documents in many folders of the deployed bucket, and whether every manifest shows them, folder by folder."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random

from local.deployed.library import Library, prefix_of

PDF = b"%PDF-1.7 a report"
_AT_ONCE = 8


def upload_unheard(library: Library, keys: Iterable[str]) -> None:
    """As before the stack was there: no event tells of them."""
    with library.unheard():
        upload(library, keys)


def upload(library: Library, keys: Iterable[str]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done in [pool.submit(library.upload, key, PDF) for key in keys]:
            done.result()


@contextmanager
def coming_and_going(library: Library, folders: list[str], seed: int) -> Iterator[set[str]]:
    """Documents are uploaded and deleted as long as the block lasts; the keys of those that are left."""
    rng, over, left = Random(seed), threading.Event(), set[str]()

    def one(number: int) -> None:
        key = f"{rng.choice(folders)}{number:05}.pdf"
        library.upload(key, PDF)
        left.add(key)
        if rng.random() < 0.4:
            gone = rng.choice(sorted(left))
            library.delete(gone)
            left.remove(gone)

    def go_on() -> None:
        number = 0
        while not over.wait(0.02):
            one(number := number + 1)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(go_on)
        try:
            yield left
        finally:
            over.set()
            running.result()


def differences(library: Library, prefix: str) -> dict[str, set[str]]:
    """By folder, the documents that are in the bucket or in its manifest, and not in both."""
    pages = library.aws.s3.get_paginator("list_objects_v2").paginate(Bucket=library.stack.bucket, Prefix=prefix)
    there: dict[str, set[str]] = {}
    for page in pages:
        for found in page.get("Contents", []):
            there.setdefault(prefix_of(found["Key"]), set()).add(found["Key"])
    different = {folder: keys ^ library.manifest(folder).keys() for folder, keys in there.items()}
    return {folder: keys for folder, keys in different.items() if keys}
