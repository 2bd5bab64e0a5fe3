"""A bucket set up, changed or taken back.

Create   look, read, put in what is ours                        → an id that says what there was before
Update   the same; of another bucket: an id of its own, so that CloudFormation has the old one taken back
Delete   take out what is ours, and EventBridge where it was off before and nobody else listens

With Only=look it is looked at, and no more; the id is its name, and what waits for that takes the name from there.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.bucket_setup.bucket import ExistingBucket
from functions.bucket_setup.listeners import listeners
from functions.bucket_setup.memory import Memory
from functions.bucket_setup.ours import Configuration
from functions.bucket_setup.request import Request
from shared.telemetry import logger

ListRules = Callable[[], Iterable[Mapping[str, Any]]]


class Setup:
    """What a request asks for, done to its bucket. `before`: what is remembered of an earlier request, if anything."""

    def __init__(self, request: Request, before: Memory | None, bucket: ExistingBucket, rules: ListRules) -> None:
        self._request = request
        self._before = before
        self._bucket = bucket
        self._rules = rules
        self.memory = before
        """What is to be remembered; known before anything is written."""
        self.looked_at = ""
        """The bucket's name, once it is known that it can be set up; of a request that wants no more than that."""

    def run(self) -> None:
        """Raises LinkManifestErrors."""
        if self._request.looks:
            self._only_look()
        elif self._request.kind == "Delete":
            self._take_back()
        else:
            self._put_in()

    def _only_look(self) -> None:
        if self._request.kind != "Delete":
            self._looked()
            self.looked_at = self._request.bucket

    def _looked(self) -> tuple[Configuration, Configuration]:
        """What it is like, and what it is to be like."""
        self._bucket.require()
        found = self._bucket.read()
        return found, self._request.ours.put_in(found)

    def _put_in(self) -> None:
        found, wanted = self._looked()
        self.memory = self._remembered(found)
        self._bucket.change(found, wanted)
        logger.info("the bucket is set up", bucket=self._request.bucket, eventbridge_was_on=self.memory.bridged)

    def _take_back(self) -> None:
        if not self._bucket.is_there():
            return logger.warning("the bucket is gone: there is nothing to take back", bucket=self._request.bucket)
        found = self._bucket.read()
        bridged = found.bridged and self._stays_bridged()
        self._bucket.change(found, self._request.ours.taken_out(found, bridged=bridged))
        return logger.info("what was ours is taken back", bucket=self._request.bucket, eventbridge_stays_on=bridged)

    def _remembered(self, found: Configuration) -> Memory:
        """Of a bucket that was set up already, now or before an update that is rolled back, what was known then."""
        first = Memory.of(self._request.bucket, bridged=found.bridged)
        if self._before is None:
            return first
        known = self._before.since(self._request.bucket)
        return known if known and not self._is_back(known, found) else self._before.then(first)

    def _is_back(self, known: Memory, found: Configuration) -> bool:
        """Whether the bucket was left and taken back since; an update that is rolled back finds our rules in it."""
        return known != self._before and found.bridged and self._request.ours.was_taken_out(found)

    def _stays_bridged(self) -> bool:
        """Whether EventBridge is not ours to turn off."""
        if self._before is None or self._before.bridged:
            known = "it was on before" if self._before else "nobody knows whether it was on before"
            logger.info("EventBridge stays on", bucket=self._request.bucket, because=known)
            return True
        return self._somebody_listens()

    def _somebody_listens(self) -> bool:
        try:
            names = listeners(self._rules(), self._request.bucket, self._request.rule)
        except (BotoCoreError, ClientError) as error:
            logger.warning(
                "EventBridge stays on: its rules cannot be listed", bucket=self._request.bucket, error=str(error)
            )
            return True
        if names:
            logger.warning("EventBridge stays on: rules listen to it", bucket=self._request.bucket, rules=names)
        return bool(names)
