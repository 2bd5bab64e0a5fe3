"""A page of LIST, read for the fields that are needed.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html. botocore's own reading of a page costs
as much as everything else a rebuild does, so the page's bytes are taken before it sees them.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus
from xml.etree import ElementTree as ET

from botocore.parsers import ResponseParserError

from shared.domain.archive import AT_ONCE, TELLING, Access, by_listing
from shared.domain.manifest import Document

PAGE = 1000  # keys; S3 gives no more at a time
FIELD = "Listed"  # where the hook leaves a page in the client's answer
FOLDERS = "Folders"  # and the folders of one that was asked for with a delimiter
SERVER = "Server"  # and who answered
LOSING = ("MinIO", "SeaweedFS")
"""Of these, StartAfter makes the one skip keys, and end early, where folders are called `a` and `a-` or `a0`; the other
lists folder by folder, and means by it what comes later in that order."""
UNORDERED = ("SeaweedFS",)

_TRUNCATED = {"true": True, "false": False}

Page = list[Document]
PageAndToken = tuple[Page, str | None]


def read_pages_fast(client: Any) -> None:  # noqa: ANN401 -- boto3's or aioboto3's
    """Have this client answer ListObjectsV2 with what `listed` reads, under `FIELD`."""

    def before_parse(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
        if response_dict["status_code"] != 200:  # noqa: PLR2004 -- errors are botocore's to read
            return
        customized_response_dict[SERVER] = response_dict["headers"].get("server", "")
        try:
            customized_response_dict[FIELD] = listed(response_dict["body"])
            if b"CommonPrefixes>" in response_dict["body"]:
                customized_response_dict[FOLDERS] = folders(response_dict["body"])
            response_dict["body"] = b"<ListBucketResult/>"
        except ResponseParserError:
            response_dict["status_code"] = 500  # as botocore does with half an answer: it asks again

    # Handlers of `*` are called before those of `s3`: botocore's own, which reads the whole page too, finds it read.
    client.meta.events.register("before-parse.*.ListObjectsV2", before_parse)


def listed(body: bytes) -> PageAndToken:
    """A page's documents, and the token of the next page (None: the last). Raises ResponseParserError."""
    try:
        root = ET.fromstring(body)  # noqa: S314 -- the store's own answer, over the SDK's connection
        name, page, _ = root.tag.partition("ListBucketResult")
        more = _present(page and root.findtext(f"{name}IsTruncated"))  # an <Error> is no listing without documents
        key, size, etag, modified, kind = (
            name + field for field in ("Key", "Size", "ETag", "LastModified", "StorageClass")
        )
        decode = unquote_plus if root.findtext(f"{name}EncodingType") == "url" else str
        documents = [
            Document(
                _decoded(entry.findtext(key), decode),
                int(entry.findtext(size) or ""),
                (entry.findtext(etag) or "").strip('"'),
                f"{_present(entry.findtext(modified))[:19]}Z",
                _access(entry, name) if entry.findtext(kind) in TELLING else AT_ONCE,
            )
            for entry in root.iterfind(f"{name}Contents")
        ]
        token = _present(root.findtext(f"{name}NextContinuationToken")) if _TRUNCATED[more] else None
    except (ET.ParseError, ValueError, LookupError) as error:
        raise ResponseParserError(f"a page of a listing cannot be read: {error}") from error
    return documents, token


def folders(body: bytes) -> list[str]:
    """The common prefixes of a page that `listed` has read."""
    root = ET.fromstring(body)  # noqa: S314 -- as above
    name, _, _ = root.tag.partition("ListBucketResult")
    decode = unquote_plus if root.findtext(f"{name}EncodingType") == "url" else str
    return [_decoded(each.findtext(f"{name}Prefix"), decode) for each in root.iterfind(f"{name}CommonPrefixes")]


def _access(entry: ET.Element, name: str) -> Access:
    restore = f"{name}RestoreStatus/{name}"
    return by_listing(
        entry.findtext(f"{name}StorageClass"),
        entry.findtext(f"{restore}IsRestoreInProgress"),
        entry.findtext(f"{restore}RestoreExpiryDate"),
    )


def _decoded(key: str | None, decode: Callable[..., str]) -> str:
    text = _present(key)
    if decode is str or ("%" not in text and "+" not in text):
        return text
    spaced = text.replace("+", " ").replace("%20", " ")  # most keys that are encoded have nothing but spaces
    return decode(spaced, errors="strict") if "%" in spaced else spaced


def _present(text: str | None) -> str:
    if not text:
        raise ValueError("a field is missing")
    return text
