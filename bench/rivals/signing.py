"""Signs links: {"links": …, "seconds": …}.

    python -m bench.rivals.signing botocore --links 20000 [--shape spaces]        (or minio-py, obstore)
    python -m bench.rivals.signing mc

The seconds are those of signing alone, in one thread, with a client that is there. `mc` is the exception: it shares
what is below the prefix, for which it asks the store first, and its seconds are those of the whole program. It wants a
real store: MinIO.
"""

import argparse
import os
import tempfile
from datetime import timedelta
from urllib.parse import urlsplit

from bench import mc as client_of_minio
from bench.fake.keys import document
from bench.rivals.common import BUCKET, ENDPOINT_URL, EXPIRY_SECONDS, PREFIX, REGION, Work, client, printed, timed

_EXPIRY = timedelta(seconds=EXPIRY_SECONDS)


def botocore(keys: list[str]) -> Work:
    signs = client().generate_presigned_url

    def each(key: str) -> str:
        return signs("get_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=EXPIRY_SECONDS)

    each(keys[0])  # the first one takes longer
    return lambda: len([each(key) for key in keys])


def minio_py(keys: list[str]) -> Work:
    """Told its region: otherwise it would ask the store for it."""
    from minio import Minio  # noqa: PLC0415 -- the others need not have it

    own = Minio(
        urlsplit(ENDPOINT_URL).netloc,
        access_key=os.environ["AWS_ACCESS_KEY_ID"],
        secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        region=REGION,
        secure=False,
    )
    return lambda: len([own.presigned_get_object(BUCKET, key, _EXPIRY) for key in keys])


def obstore(keys: list[str]) -> Work:
    """All of them in one call, which is how it is quickest."""
    import obstore as own  # noqa: PLC0415 -- the others need not have it
    from obstore.store import S3Store  # noqa: PLC0415

    store = S3Store(BUCKET, endpoint=ENDPOINT_URL, region=REGION, client_options={"allow_http": True})
    return lambda: len(own.sign(store, "GET", keys, _EXPIRY))


def mc(_: list[str]) -> Work:
    """`share download`, which keeps what it has shared in a file of its own; here in a folder that is thrown away."""
    program = client_of_minio.program()
    keys = ":".join(os.environ[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))  # mc decodes nothing
    url = urlsplit(ENDPOINT_URL)
    env = {"MC_HOST_bench": f"{url.scheme}://{keys}@{url.netloc}"}

    def work() -> int:
        with tempfile.TemporaryDirectory() as folder:
            command = [program, "--quiet", "--config-dir", folder, "share", "download", "--recursive"]
            command += ["--expire", f"{EXPIRY_SECONDS}s", f"bench/{BUCKET}/{PREFIX}"]
            return printed(command, env, lambda line: line.startswith(b"Share: "))

    return work


_RIVALS = {"botocore": botocore, "minio-py": minio_py, "obstore": obstore, "mc": mc}


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("rival", choices=_RIVALS)
    options.add_argument("--links", type=int, default=20_000)
    options.add_argument("--shape", default="plain")
    chosen = options.parse_args()
    timed("links", _RIVALS[chosen.rival]([document(0, number, chosen.shape) for number in range(chosen.links)]))
