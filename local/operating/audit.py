"""Whether manifests say what the bucket has: of a deployed stack, or of the store of the environment."""

import re
from typing import TYPE_CHECKING, Any

import aioboto3

from local.operating.asked import Asked, OperatingError
from local.operating.auditing import Audit, Audited
from local.operating.bucket import Bucket, bucket
from shared.domain.documents import Folder
from shared.domain.signing import Signing
from shared.scan import loop
from shared.scan.reading import Tools
from shared.store.client import async_configuration, stay_in_region
from shared.store.manifests import ManifestStore
from shared.store.pages import read_pages_fast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WAIT = 5  # seconds
_LONGEST_WAIT = 900
_AT_ONCE = 50_000  # keys that are held between LIST and the sums: sixteen streams
_NAMED = 3  # keys of a kind
_FOLDERS = 20
_NOT_ALL_SEEN = 2


def audit(asked: Asked) -> int:
    """What `make audit` does. 1: they differ; 2: of some folders nobody knows. Raises OperatingError."""
    wait = asked.number("WAIT", _WAIT, _LONGEST_WAIT)
    where = bucket(asked.name, asked.env)
    folder = folder_of(where, asked.env.get("PREFIX") or where.prefix)
    with asked.waiting("listing …") as say:
        done = loop.run(compared(where, folder.prefix, wait, lambda many: say(f"{many:,} documents listed …")))
    require_something(folder, done)
    asked.answer(told(folder, done), "\n".join(described(asked, folder, done, where)))
    return code(done)


def require_something(folder: Folder, done: Audited) -> None:
    """Raise OperatingError where a prefix was named below which nothing is: it would pass for all being well."""
    if folder.prefix and done.empty:
        raise OperatingError(f"There is no document and no manifest below {folder}. Is it spelled right?")


def code(done: Audited) -> int:
    if done.different:
        return 1
    return _NOT_ALL_SEEN if done.unseen else 0


def folder_of(where: Bucket, prefix: str) -> Folder:
    """What is looked at, as a scan widens it. Raises OperatingError where no document can be."""
    folder = Folder(where.name, where.layout.widened(prefix))
    if where.layout.is_reserved(folder.bucket, folder.prefix):
        raise OperatingError(f"{folder} is where manifests lie: no document is there. Name a folder of documents.")
    return folder


async def compared(where: Bucket, prefix: str, wait: float, tell: "Callable[[int], None]") -> Audited:
    """Raises what S3 answers."""
    endpoint, known = where.settings.endpoint_url, where.session.get_credentials()
    keys = known.get_frozen_credentials() if known else (None, None, None)  # an audit takes minutes
    session = aioboto3.Session(*keys[:3], region_name=where.session.region_name)
    async with session.client("s3", endpoint_url=endpoint, config=async_configuration(endpoint)) as client:
        read_pages_fast(client)
        stay_in_region(client)
        tools = Tools(client, ManifestStore(where.client, where.layout), where.layout, _signs_nothing, _AT_ONCE)
        return await Audit(tools, where.name, wait, where.addresses.lead, tell).of(prefix)


def _signs_nothing(bucket: str) -> Signing:
    raise AssertionError(bucket)


def told(folder: Folder, done: Audited) -> dict[str, Any]:
    return {
        "bucket": folder.bucket,
        "prefix": folder.prefix,
        "same": not done.different and not done.unseen,
        "documents": done.documents,
        "folders": done.folders,
        "manifests": done.manifests,
        "not_looked_at": done.unseen,
        "different": [each.told() for each in done.different],
    }


def described(asked: Asked, folder: Folder, done: Audited, where: Bucket) -> list[str]:
    """For a person: some of the folders, and some names of each."""
    looked = f"{done.documents:,} documents in {done.folders:,} folders of {folder}, and {done.manifests:,} manifests"
    busy = list(_unseen(done))
    if not done.different:
        return [f"{looked}: the same{', but for what was not looked at' if busy else ''}.", *busy]
    lines = [f"{looked}; not as the bucket is: {len(done.different):,}"]
    for each in done.different[:_FOLDERS]:
        place = where.layout.manifest_of(Folder(folder.bucket, each.prefix))
        lines.append(f"  {_plain(place.key)}: {_plain('; '.join(each.sentences(_NAMED)))}")
    if (more := len(done.different) - _FOLDERS) > 0:
        lines.append(f"  … and {more:,} more. JSON=1 names all.")
    scan = f"make scan{asked.typed}" if asked.name else "make invoke-full"
    return [*lines, *busy, f"`{scan} PREFIX=…` rebuilds them. What comes again is worth a look at the logs."]


def _unseen(done: Audited) -> "Iterator[str]":
    if done.unseen:
        names, more = ", ".join(map(repr, done.unseen[:_NAMED])), ", …" * (len(done.unseen) > _NAMED)
        yield (
            f"Not looked at, for they changed all the while: {len(done.unseen):,} folders ({_plain(names)}{more}). "
            "Audit them once fewer documents come."
        )


def _plain(text: str) -> str:
    """Without what a terminal would take for more than text."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", lambda found: f"\\x{ord(found[0]):02x}", text)
