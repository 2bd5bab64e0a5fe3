"""A share: a prefix that is open to whoever has its address, until it ends or is taken back. Pure.

Its record, as it is stored under the digest of its id, which the record does not hold:

    {"schema": 1, "bucket": "reports", "prefix": "2026/04/", "label": "April", "created": "2026-04-02T08:11:43Z",
     "ends": "2026-07-01T08:11:43Z"}

`ends` is null where it is open for ever.
"""

import hashlib
import json
import re
import secrets
import unicodedata
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.domain.documents import Layout, Place
from shared.domain.errors import ShareDamagedError, ShareError, quoted
from shared.domain.instant import stamped, zulu

SCHEMA = 1
DAYS = 90  # where nothing is said
FOREVER = "forever"
LONGEST_RECORD = 16 * 1024  # bytes; a prefix and a label that JSON escapes fit
_MOST_DAYS = 36_500
_LONGEST_LABEL = 200  # characters
_ID_BYTES = 16
_ID = re.compile(r"[a-z2-7]{25}[aeimquy4]")  # the last of 26 characters holds three bits and two zeros
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # https://www.unicode.org/reports/tr9/#Table_4
_INVISIBLE = {"Cc", "Cs", "Zl", "Zp"}  # control characters, lone surrogates, separators of lines and paragraphs


@dataclass(frozen=True, slots=True)
class Share:
    """What a record says. Times are UTC, such as 2026-04-02T08:11:43Z; `ends` is None where it never does."""

    bucket: str
    prefix: str
    label: str
    created: str
    ends: str | None

    @classmethod
    def parse(cls, record: bytes) -> "Share":
        """Raises ShareDamagedError for whatever `encode` does not make."""
        try:
            return cls._read(json.loads(record))
        except (ValueError, RecursionError, ShareError) as error:
            raise ShareDamagedError(f"is not the record of a share: {error}") from error

    @classmethod
    def _read(cls, fields: Any) -> "Share":  # noqa: ANN401 -- what JSON holds
        if type(fields) is not dict:
            raise ValueError("it is no object")
        if type(fields.get("schema")) is not int or fields["schema"] != SCHEMA:
            raise ValueError(f"schema {quoted(fields.get('schema'))} is not {SCHEMA}")
        bucket, created = _text(fields, "bucket"), _time(fields, "created")
        ends = None if fields.get("ends", "") is None else _time(fields, "ends")
        return cls(
            bucket, require_folder(_text(fields, "prefix")), require_label(_text(fields, "label")), created, ends
        )

    def encode(self) -> bytes:
        return json.dumps({"schema": SCHEMA, **asdict(self)}).encode() + b"\n"

    def is_open(self, now: datetime) -> bool:
        left = self.seconds_left(now)
        return left is None or left > 0

    def seconds_left(self, now: datetime) -> float | None:
        """Until it ends, as of `now` (aware); None: it does not."""
        return (datetime.fromisoformat(self.ends) - now).total_seconds() if self.ends else None

    def shows(self, layout: Layout, key: str) -> bool:
        """Whether the key is a document of this share: below its prefix, and so is the manifest that speaks of it."""
        below = key.startswith(self.prefix) and layout.prefix_of(key).startswith(self.prefix)
        return below and layout.is_document(self.bucket, key)


def new_id() -> str:
    """128 random bits in 26 characters: https://www.rfc-editor.org/rfc/rfc4648#section-6, in lower case."""
    return b32encode(secrets.token_bytes(_ID_BYTES)).rstrip(b"=").decode().lower()


def is_id(text: str) -> bool:
    """Whether `new_id` may have made it."""
    return _ID.fullmatch(text) is not None


def digest(share_id: str) -> str:
    """What its record is called: whoever lists records learns no id."""
    return hashlib.sha256(share_id.encode()).hexdigest()


def ending(days: str, now: datetime) -> str | None:
    """When a share ends that is to be open for so many days from `now` (aware) on; None: never.

    `days` is a whole number, FOREVER, or empty: DAYS. Raises ShareError.
    """
    if days == FOREVER:
        return None
    number = days or str(DAYS)
    if not re.fullmatch(r"[0-9]{1,5}", number) or not 1 <= int(number) <= _MOST_DAYS:
        past = " That would have ended already." if re.fullmatch(r"-[0-9]+|0+", number) else ""
        raise ShareError(
            f"DAYS is {quoted(days)}, but must be a whole number from 1 to {_MOST_DAYS}, or '{FOREVER}'.{past}"
        )
    return stamped(now + timedelta(days=int(number)))


def require_label(label: str) -> str:
    """The label; ShareError where it is too long, or could make what stands around it look like something else."""
    if len(label) > _LONGEST_LABEL:
        raise ShareError(f"the label has {len(label)} characters, but may have {_LONGEST_LABEL} at most.")
    for character in label:
        if is_unseen(character):
            raise ShareError(
                f"the label has U+{ord(character):04X} in it: control characters, and those that turn the direction "
                "of writing, are not for labels. Leave it out."
            )
    return label


def is_unseen(character: str) -> bool:
    """Whether nobody sees it, but what it does to what stands around it."""
    return unicodedata.category(character) in _INVISIBLE or _TURNING.match(character) is not None


def seen(name: str) -> str:
    """Text as a page may show it: what cannot be seen has a sign in its place."""
    return "".join("\ufffd" if is_unseen(each) else each for each in name)


def require_folder(prefix: str) -> str:
    """The prefix; ShareError where no folder is called so."""
    if prefix and not prefix.endswith("/"):
        raise ShareError(f"the prefix {quoted(prefix)} does not end with '/'. Is {quoted(prefix + '/')} meant?")
    try:
        fits = Place("", prefix).fits
    except UnicodeEncodeError as error:
        raise ShareError(f"the prefix {quoted(prefix)} is no text that a key could be.") from error
    if not fits:
        raise ShareError(f"the prefix {quoted(prefix)} is longer than a key may be.")
    return prefix


def require_whole(layout: Layout, bucket: str, prefix: str) -> None:
    """Raise ShareError for a prefix that is not exactly a manifest's or above some: it would show more than asked."""
    require_folder(prefix)
    if layout.is_reserved(bucket, prefix):
        raise ShareError(f"the prefix {quoted(prefix)} is where manifests lie, and no documents.")
    if (whole := layout.widened(prefix)) != prefix:
        raise ShareError(
            f"the prefix {quoted(prefix)} is within a manifest, that of {quoted(whole)} (PREFIX_DEPTH is "
            f"{layout.prefix_depth}). Share {quoted(whole)}, or nothing."
        )


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if type(value) is not str:
        raise ValueError(f"its {name} is no text")
    return value


def _time(fields: Mapping[str, Any], name: str) -> str:
    value = _text(fields, name)
    if zulu(value) != value:
        raise ValueError(f"its {name} is no time such as 2026-04-02T08:11:43Z")
    return value
