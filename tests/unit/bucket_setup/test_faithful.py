"""What S3 answers is put back as it came, to the element; what the SDK would lose is refused."""

from collections.abc import Callable
from typing import Any, cast
from xml.etree import ElementTree as ET

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from functions.bucket_setup.bucket import ExistingBucket
from functions.bucket_setup.faithful import refuse_what_is_lost
from functions.bucket_setup.ours import Configuration, Ours
from shared.domain.deadline import Deadline
from shared.domain.errors import ConfigError, RequestRefusedError
from shared.store.client import make_client
from tests.fake_bucket import ASKED

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
NOTIFICATION = """
<TopicConfiguration><Id>t</Id><Topic>arn:aws:sns:eu-west-1:111122223333:t</Topic><Event>s3:ObjectTagging:*</Event>
</TopicConfiguration><QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:eu-west-1:111122223333:q</Queue>
<Event>s3:ObjectCreated:*</Event><Event>s3:ObjectAcl:Put</Event><Filter><S3Key>
<FilterRule><Name>Prefix</Name><Value>a b/</Value></FilterRule><FilterRule><Name>Suffix</Name><Value>.pdf</Value>
</FilterRule></S3Key></Filter></QueueConfiguration><CloudFunctionConfiguration><Id>f</Id>
<CloudFunction>arn:aws:lambda:eu-west-1:111122223333:function:f</CloudFunction><Event>s3:ObjectRemoved:*</Event>
</CloudFunctionConfiguration>"""
LIFECYCLE = """
<Rule><Filter><And><Prefix>a/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag><Tag><Key>l</Key><Value/></Tag>
<ObjectSizeGreaterThan>1</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter>
<ID>all</ID><Status>Enabled</Status><Transition><Days>1</Days><StorageClass>GLACIER_IR</StorageClass></Transition>
<Transition><Days>9</Days><StorageClass>DEEP_ARCHIVE</StorageClass></Transition><Expiration><Days>99</Days></Expiration>
<NoncurrentVersionTransition><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions>
<StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition><NoncurrentVersionExpiration>
<NewerNoncurrentVersions>3</NewerNoncurrentVersions><NoncurrentDays>4</NoncurrentDays></NoncurrentVersionExpiration>
</Rule><Rule><ID>marker</ID><Filter/><Status>Disabled</Status><Expiration>
<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule>"""
OLDER = """<Rule><ID>old</ID><Prefix/><Status>Enabled</Status><AbortIncompleteMultipartUpload>
<DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>"""
CORS = """<CORSRule><ID>theirs</ID><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>
<AllowedOrigin>https://a.example</AllowedOrigin><AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>
<MaxAgeSeconds>5</MaxAgeSeconds></CORSRule><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin>
</CORSRule>"""
ROOTS = {
    "notification": "NotificationConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "cors": "CORSConfiguration",
}


class Answered:
    """An S3 that answers with these documents, and keeps what is put."""

    def __init__(self, **documents: str) -> None:
        self.documents = {
            part: f"<{root} {NAMESPACE}>{documents.get(part, '')}</{root}>" for part, root in ROOTS.items()
        }
        self.put: dict[str, bytes] = {}
        self.deleted: list[str] = []
        self.headers: dict[str, Any] = {}

    def __call__(self, request: Any, **_: object) -> AWSResponse:
        (part,) = [part for part in ROOTS if f"?{part}" in request.url]
        if request.method == "GET":
            size = {"x-amz-transition-default-minimum-object-size": "varies_by_storage_class"}
            return Response(200, size, self.documents[part].encode())
        if request.method == "DELETE":
            self.deleted.append(part)
            return Response(204, {}, b"")
        self.put[part], self.headers[part] = request.body, request.headers
        return Response(200, {}, b"")


class Response(AWSResponse):
    def __init__(self, status: int, headers: dict[str, str], content: bytes) -> None:
        super().__init__("https://s3.example", status, cast("Any", headers), None)
        self._content = content


def existing(s3: Callable[..., Any]) -> ExistingBucket:
    client = make_client(boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="eu-west-1"), None)
    refuse_what_is_lost(client)
    client.meta.events.register("before-send.s3", s3)
    return ExistingBucket(client, ASKED, Deadline(lambda: 300))


def leaves(document: bytes | str) -> list[tuple[str, ...]]:
    """Every element with its way from the root and its text; S3 minds no order of different elements."""

    def below(element: ET.Element, way: str) -> list[tuple[str, ...]]:
        name = f"{way}/{element.tag.rpartition('}')[2]}"
        here = [(name, (element.text or "").strip())]
        return [*here, *(leaf for child in element for leaf in below(child, name))]

    return sorted(below(ET.fromstring(document), ""))


@pytest.mark.parametrize(
    "lifecycle",
    [LIFECYCLE, OLDER, LIFECYCLE.replace("<Prefix>a/", "<Prefix>a&#13;&#10;/")],
    ids=["filters", "prefixes", "a carriage return"],
)
def test_what_is_read_is_put_back_to_the_element(lifecycle: str) -> None:
    s3 = Answered(notification=NOTIFICATION, lifecycle=lifecycle, cors=CORS)
    bucket = existing(s3)
    bucket.change(Configuration({"other": True}, {"Rules": []}, {"CORSRules": []}), bucket.read())
    assert {part: leaves(document) for part, document in s3.put.items()} == {
        part: leaves(document) for part, document in s3.documents.items()
    }
    assert s3.headers["lifecycle"]["x-amz-transition-default-minimum-object-size"] == b"varies_by_storage_class"
    assert s3.headers["notification"]["x-amz-skip-destination-validation"] == b"true"
    assert {headers["x-amz-expected-bucket-owner"] for headers in s3.headers.values()} == {ASKED.account.encode()}


def test_rules_keep_their_order_and_ours_come_last() -> None:
    s3 = Answered(lifecycle=LIFECYCLE)
    bucket = existing(s3)
    found = bucket.read()
    bucket.change(found, Ours("mine/", ({"ID": "mine/sweep", "Status": "Enabled"},)).put_in(found))
    rules = [element.text for element in ET.fromstring(s3.put["lifecycle"]).iter() if element.tag.endswith("}ID")]
    assert rules == ["all", "marker", "mine/sweep"]


@pytest.mark.parametrize(
    ("part", "document"),
    [
        ("notification", "<StreamConfiguration><Id>s</Id></StreamConfiguration>"),
        ("lifecycle", LIFECYCLE.replace("<Days>99</Days>", "<Hours>99</Hours>")),
        ("cors", CORS.replace("MaxAgeSeconds", "MaxAgeMinutes")),
    ],
)
def test_a_setting_that_the_sdk_does_not_know_is_refused_and_not_lost(part: str, document: str) -> None:
    s3 = Answered(**{part: document})
    with pytest.raises(ConfigError, match=r"StreamConfiguration|Hours|MaxAgeMinutes"):
        existing(s3).read()


def test_a_carriage_return_that_would_come_back_as_another_character_is_refused() -> None:
    s3 = Answered(notification=NOTIFICATION.replace("a b/", "a&#13;b/"))
    with pytest.raises(ConfigError, match="a carriage return in Value"):
        existing(s3).read()


def test_what_the_sdk_reads_but_would_not_write_is_told_in_a_sentence_and_what_was_written_is_put_back() -> None:
    s3 = Answered(notification=NOTIFICATION, lifecycle=OLDER.replace("<Prefix/>", "<Prefix/><Prefix>b</Prefix>"))
    bucket = existing(s3)
    found = bucket.read()
    wanted = Ours("mine/", ({"ID": "mine/sweep", "Status": "Enabled"},)).put_in(found)
    with pytest.raises(RequestRefusedError, match="'reports': it holds what this version cannot put back as it is"):
        bucket.change(found, wanted)
    assert leaves(s3.put["notification"]) == leaves(s3.documents["notification"])


def test_an_empty_configuration_is_put_back_as_none() -> None:
    s3 = Answered()
    existing(s3).change(Configuration({}, {"Rules": [1]}, {"CORSRules": [1]}), Configuration({}, {}, {}))
    assert s3.deleted == ["lifecycle", "cors"]
