"""The events AWS and MinIO send, as they document them."""

import json
from typing import Any

from shared.domain.events import Change

REPORT = Change("reports", "2026/04/acme/q1.pdf")


def s3_record(key: str = REPORT.key, name: str = "ObjectCreated:Put", bucket: str = REPORT.bucket) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html."""
    return {
        "eventVersion": "2.3",
        "eventSource": "aws:s3",
        "awsRegion": "eu-west-1",
        "eventTime": "2026-04-02T08:11:43.000Z",
        "eventName": name,
        "userIdentity": {"principalId": "AWS:AROAEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "192.0.2.1"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "pdf",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {"key": key, "size": 48213, "eTag": "9b2c", "sequencer": "0055AED6DCD90281E5"},
        },
    }


def s3_event(*records: object) -> dict[str, Any]:
    return {"Records": list(records)}


def minio_event(key: str = REPORT.key, name: str = "s3:ObjectCreated:Put") -> dict[str, Any]:
    """What MinIO's webhook target posts."""
    record = s3_record(key, name) | {"eventSource": "minio:s3", "awsRegion": ""}
    return {"EventName": name, "Key": f"reports/{key}", "Records": [record]}


def eventbridge_event(key: str = REPORT.key, kind: str = "Object Created", source: str = "aws.s3") -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": kind,
        "source": source,
        "account": "111122223333",
        "time": "2026-04-02T08:11:43Z",
        "region": "eu-west-1",
        "resources": ["arn:aws:s3:::reports"],
        "detail": {
            "version": "0",
            "bucket": {"name": "reports"},
            "object": {"key": key, "size": 48213, "etag": "9b2c", "sequencer": "0055AED6DCD90281E5"},
            "reason": "PutObject",
        },
    }


def sns_envelope(document: object) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html."""
    return {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": "arn:aws:sns:eu-west-1:111122223333:uploads",
        "Subject": "Amazon S3 Notification",
        "Message": json.dumps(document),
        "Timestamp": "2026-04-02T08:11:44.000Z",
        "SignatureVersion": "1",
    }


def sns_event(*documents: object) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html."""
    return {
        "Records": [
            {"EventVersion": "1.0", "EventSource": "aws:sns", "Sns": sns_envelope(document)} for document in documents
        ]
    }


def sqs_event(*bodies: object) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html; a body that is no text is sent as JSON."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:uploads",
                "awsRegion": "eu-west-1",
            }
            for number, body in enumerate(bodies, 1)
        ]
    }


TEST_EVENT = {
    "Service": "Amazon S3",
    "Event": "s3:TestEvent",
    "Time": "2026-04-02T08:11:43.000Z",
    "Bucket": "reports",
    "RequestId": "5582815E1AEA5ADF",
    "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR",
}
