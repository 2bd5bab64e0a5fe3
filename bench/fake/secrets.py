"""Secrets Manager, of one secret that was never rotated.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""

import json

from bench.fake.objects import Answer, Asked, told

SECRET = "under this links are made, in 32 bytes and more"  # noqa: S105 -- of this store, which keeps nothing secret


def answer(asked: Asked) -> Answer:
    """Of GetSecretValue, whatever secret is asked for."""
    if json.loads(asked.body).get("VersionStage") == "AWSPREVIOUS":
        return told(json.dumps({"__type": "ResourceNotFoundException", "Message": "no such stage"}), 400)
    return told(json.dumps({"Name": "links", "SecretString": SECRET}))
