"""A library that is scanned in turns on a real server, and what one stream makes of it."""

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from shared.domain.errors import NoProgressError
from tests.chaos.context import Context
from tests.chaos.functions import Functions
from tests.chaos.library import Library
from tests.integration.deployment import body, deployed

Event = dict[str, Any]
_MOST = 50  # times that a turn is given more time: none takes that long
Manifests = dict[str, tuple[bytes, dict[str, str]]]


class Asked(Context):
    """There is time until somebody has asked so many times how much is left."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._times = times

    def get_remaining_time_in_millis(self) -> int:
        self._times -= 1
        return super().get_remaining_time_in_millis() if self._times > 0 else 0


class Turning:
    """`gone` are documents that were there when it was scanned before."""

    def __init__(self, library: Library, keys: Iterable[str], gone: Iterable[str] = (), **variables: str) -> None:
        self.library, self.variables = library, variables
        keys, gone = list(keys), list(gone)
        self._each(library.upload, [*keys, *gone])
        self._scan_whole()
        self._each(library.remove, gone)
        self.before = self._stored()
        self._scan_whole()
        self.right = self.manifests()
        self.restore()

    def restore(self) -> None:
        """The manifests as they were before what is gone had gone."""
        self._each(self.library.remove, self._stored())
        for key, (content, metadata) in self.before.items():
            self.library.client.put_object(Bucket=self.library.bucket, Key=key, Body=content, Metadata=metadata)

    def manifests(self) -> dict[str, str]:
        """But for times, revisions and commit ids."""
        return {key: _still(content.decode()) for key, (content, _) in self._stored().items()}

    @contextmanager
    def functions(self, **variables: str) -> Iterator[Functions]:
        with deployed(self.library.server, self.library.bucket, **self.variables | variables) as functions:
            yield functions

    def turns(self, functions: Functions, event: Event, context: Callable[[int], Context]) -> list[Event]:
        """Go on until nothing is left; what every turn answered. `context` is asked for more each time nothing came."""
        answers, more = [], 0
        while True:
            try:
                answer = body(functions.full_scan.handler({**event, "resumable": True}, context(more)))
            except NoProgressError:
                assert more < _MOST
                more += 1
                continue
            if "failed" in answer:
                assert more < _MOST, answer
                more += 1
                continue
            answers.append(answer)
            if "resume" not in answer:
                return answers
            event = {"resume": answer["resume"]}

    def _scan_whole(self) -> None:
        with self.functions(QUEUE_MAX="2000") as functions:
            assert functions.scan("").success

    def _stored(self) -> Manifests:
        pages = self.library.client.get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.library.bucket, Prefix="manifests/")
        keys = [each["Key"] for page in found for each in page.get("Contents", [])]
        return {key: self._read(key) for key in keys if key.endswith("manifest.jsonl")}

    def _read(self, key: str) -> tuple[bytes, dict[str, str]]:
        answer = self.library.client.get_object(Bucket=self.library.bucket, Key=key)
        with answer["Body"] as content:
            return content.read(), answer["Metadata"]

    def _each(self, act: Callable[[str], None], keys: Iterable[str]) -> None:
        with ThreadPoolExecutor(16) as threads:
            list(threads.map(act, keys))


def _still(content: str) -> str:
    lines = [line for line in content.splitlines() if '"key": ""' not in line]  # the marker is a matter of revisions
    return re.sub(r'"url": "[^"]*"|"(expires_at|revision)": [^,}]*', "", "\n".join(lines))
