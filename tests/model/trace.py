"""What happened, told so that a person can follow it."""

from dataclasses import dataclass, field
from typing import Any

_TELLING = ("IfMatch", "IfNoneMatch", "Range", "UploadId", "CopySourceRange", "CopySourceIfMatch")


@dataclass(slots=True)
class Trace:
    """One line for everything that happened."""

    lines: list[str] = field(default_factory=list)

    def __call__(self, who: str, what: str, came: str = "") -> None:
        arrow = f"  → {came}" if came else ""
        self.lines.append(f"{len(self.lines):3} {who:<30} {what}{arrow}")


def asked(operation: str, request: dict[str, Any]) -> str:
    """A request: where, under which condition, with which revision."""
    shown = [operation, str(request.get("Key", request.get("Prefix", "")))]
    shown += [f"{name}={short(request[name])}" for name in _TELLING if name in request]
    if request.get("Metadata"):
        shown.append("revision={revision} rebuilt-from={rebuilt-from}".format(**request["Metadata"]))
    return " ".join(shown)


def answered(answer: dict[str, Any]) -> str:
    """An answer: the keys of a page with their ETags, or an ETag and a revision."""
    if "Listed" in answer:
        page, token = answer["Listed"]
        shown = " ".join(f"{document.key}={document.etag[:4]}" for document in page)
        return f"[{shown}]{' …' if token else ''}"
    told = short(answer.get("ETag", answer.get("UploadId", "done")))
    revision = answer.get("Metadata", {}).get("revision")
    return f"{told} revision {revision}" if revision else told


def short(text: object) -> str:
    return str(text).strip('"')[:10]
