"""Which S3 operation a request is (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html)."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from tests.chaos.messages import Request

_STAGED = re.compile(r"(\.staging/)[0-9a-f]{32}$")

_BY_PARAMETER = {
    ("GET", "list-type"): "ListObjectsV2",
    ("GET", "uploads"): "ListMultipartUploads",
    ("POST", "uploads"): "CreateMultipartUpload",
    ("POST", "uploadId"): "CompleteMultipartUpload",
    ("DELETE", "uploadId"): "AbortMultipartUpload",
    ("PUT", "uploadId"): "UploadPart",
}


@dataclass(frozen=True, slots=True, order=True)
class Operation:
    """One kind of request. `path` is bucket and key, what is random in a staged object's key left out."""

    name: str
    path: str

    @classmethod
    def of(cls, request: Request) -> "Operation":
        path, _, query = request.target.partition("?")
        plain = _STAGED.sub(r"\1*", unquote(path).strip("/"))
        return cls(_name(request, frozenset(parse_qs(query, keep_blank_values=True))), plain)

    @property
    def writes(self) -> bool:
        return not self.name.startswith(("Get", "Head", "List"))

    def __str__(self) -> str:
        return f"{self.name} {self.path}"


def _name(request: Request, asked: frozenset[str]) -> str:
    for (method, parameter), name in _BY_PARAMETER.items():
        if request.method == method and parameter in asked:
            return f"{name}Copy" if request.header("x-amz-copy-source") else name
    return f"{request.method.capitalize()}Object"
