"""All checks on one bucket of a store."""

import uuid
from collections.abc import Iterable, Iterator

import boto3

from local.laptop.check_store import answers, conditions, links, races
from local.laptop.check_store.findings import Check, Finding, NotHeldError, Outcome
from local.laptop.check_store.store import NoEtagError, Store, answer_of
from shared.config import Settings
from shared.domain.documents import Folder, Place
from shared.store.failures import BROKEN, explain, status_of


def examine(session: boto3.Session, settings: Settings, checks: Iterable[Check] | None = None) -> list[Finding]:
    """Try everything, or these. Raises LinkManifestError where the bucket cannot be reached or written to."""
    manifest = settings.layout.manifest_of(Folder(settings.bucket_name, ""))
    home = settings.layout.staging(manifest, f"check-{uuid.uuid4().hex}")
    store = Store.of(session, settings.endpoint_url, Place(home.bucket, f"{home.key}/"))
    try:
        _reach(store)
        return _tried(store, checks or every_check())
    except BROKEN as error:
        raise explain(error, "examining", store.home) from error


def every_check() -> Iterator[Check]:
    yield from conditions.checks()
    yield from races.checks()
    yield from answers.checks()
    yield from links.checks()


def _tried(store: Store, checks: Iterable[Check]) -> list[Finding]:
    try:
        return [_found(check, store) for check in checks]
    finally:
        for left in store.tidy():
            print(f"could not delete {left}")


def _reach(store: Store) -> None:
    """What no store refuses: where this fails, there is nothing to judge."""
    store.client.put_object(**store.named("reached"), Body=b"reached")  # type: ignore[arg-type]  # Bucket and Key


def _found(check: Check, store: Store) -> Finding:
    outcome = check.weight
    try:
        outcome, answered = Outcome.OK, check.attempt(store)
    except NotHeldError as error:
        outcome, answered = error.outcome or check.weight, str(error)
    except NoEtagError:
        outcome, answered = Outcome.WRONG, "no ETag: nothing tells one version from another"
    except BROKEN as error:
        if not status_of(error):
            raise
        answered = answer_of(error)
    return Finding(check.subject, check.tried, outcome, answered)
