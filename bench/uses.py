"""What is paid for each use, uploads and clicks, and what is paid whatever the use."""

import math

from bench.prices import GB, HOURS, LOGGED_A_CLICK, Deployment, Parts
from bench.scans import Counted

METRICS = {"FullScan": 9, "OnCreated": 11}  # names in each: their only dimension, `service`, is the function
OPENING = ("LinksOpened", "SharesOpened", "LinksRefused", "VersionFailures")  # those of OpenLink, where it is there
# An environment that is never idle reads both stages of the secret once a minute: shared/links/secret.py.
SECRETS_A_MONTH = 2 * HOURS * 60
_MESSAGES = 10  # one request receives or deletes at most; S3 sends each alone,
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api.html
# Lambda waits for messages in five receives of 20 s side by side, and in no fewer where a MaximumConcurrency is set:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
_RECEIVES_A_MONTH = 5 * HOURS * 3600 / 20


def a_million_uploads(row: Counted, deployment: Deployment) -> Parts:
    """Dollars, in batches as they were counted. What S3 sends is billed too, https://aws.amazon.com/sqs/pricing/"""
    prices, requests, invocations = deployment.prices, row["requests"], math.ceil(row["events"] / row["batch"])
    function = deployment.on_created
    messaging = row["events"] + 2 * invocations * math.ceil(row["batch"] / _MESSAGES)
    parts = {
        "S3 requests": deployment.requests(requests),
        "SQS": messaging * prices["sqs_request"],
        "Lambda": function.dollars(function.duration(row["seconds"])) + invocations * prices["lambda_request"],
        "logs": deployment.logs(requests.get("PUT", 0), invocations),  # below 5 MiB a commit is a PUT
    }
    return {part: dollars / row["events"] * 1_000_000 for part, dollars in parts.items()}


def a_million_clicks(row: Counted, deployment: Deployment) -> Parts:
    """Dollars, of documents' links as they were counted, in a month of one environment. The downloads are not in it."""
    prices, function, clicks = deployment.prices, deployment.open_link, row["clicks"]
    compute = function.dollars(function.duration(row["seconds"])) / clicks
    return {
        "S3 requests": deployment.requests(row["requests"]) / clicks * 1_000_000,
        "Lambda": (compute + prices["lambda_request"]) * 1_000_000,
        "logs": LOGGED_A_CLICK / GB * prices["log_ingestion"] * 1_000_000,
        "Secrets Manager": SECRETS_A_MONTH * prices["secret_request"],
    }


def fixed(deployment: Deployment) -> Parts:
    """Dollars a month, whatever is stored. At most: a metric is billed for the hours that it is told in."""
    prices, alarms, own = deployment.prices, deployment.alarm_metrics, sum(METRICS.values())
    return {
        f"{alarms} metrics of alarms": alarms * prices["alarm_metric"],
        f"{own} metrics of its own": own * prices["custom_metric"],
        "a dashboard": deployment.dashboards * prices["dashboard"],
        "waiting for messages": _RECEIVES_A_MONTH * prices["sqs_request"],
    }


def opening_links(opening: Deployment, without: Deployment) -> Parts:
    """Dollars a month that come on top with OpenLinks, whether anybody opens a link or not."""
    prices, alarms, own = opening.prices, opening.alarm_metrics - without.alarm_metrics, len(OPENING)
    return {
        "a secret": prices["secret"],
        f"{alarms} metrics of alarms": alarms * prices["alarm_metric"],
        f"{own} metrics of its own": own * prices["custom_metric"],
    }
