"""A click on a stable link beside one on a bare presigned link; and how soon open_link answers at all.

Both are followed to the document: the one asks open_link, which looks at the document and redirects, and then the
store; the other the store alone.
"""

from bench.figures import Measure, Target, alternate
from bench.processes import SHARES, Fake, Store, fake, here, minio, opener, requests
from bench.size import Size

STABLE, BARE = "a stable link", "a bare presigned link"
_NAMES = {"stable": STABLE, "bare": BARE}
_PERCENTS = ("p50", "p99")
_DELAY = 20  # milliseconds, as S3's own answers take: bench/measures/counted.py
_SLOW = f"{_DELAY} ms a request"
_TIMES = {_SLOW: 2.5, "MinIO": 5}  # what a bare link takes: one request more, and open_link's own time
_REQUESTS = {"here": 1, "through a share": 2}  # of open_link: the look; the record, which is read at every click
_LATER = 1.4  # than the other function that starts with boto3: it has a client more
_DOCUMENTS, _BYTES = 10, 48_212  # each as large as the documents of the store in memory


def measures(size: Size) -> list[Measure]:
    with fake(size.clicks + 1, 1, size.shape) as store:
        asked = _asked(store, size)
        started = _started(store, size)
        store.set(other=_DELAY)
        return [_clicks(store, size, _SLOW), asked, started]


def on_minio(size: Size) -> list[Measure]:
    with minio() as store:
        told = ["--events", _DOCUMENTS, "--folders", 1, "--shape", size.shape, "--bytes", _BYTES]
        here(store, "documents", *told)
        return [_clicks(store, size, "MinIO")]


def at(who: str, percent: str) -> str:
    return f"{who}, {percent}"


def _clicks(store: Store, size: Size, where: str) -> Measure:
    """Each round is a process that clicks alternately on both."""
    measure = Measure(f"a click, {where}", "ms", f"{size.clicks} of each, followed to a document of {_BYTES:,} bytes")
    measure.targets.append(Target(at(STABLE, "p50"), "at most", _TIMES[where], at(BARE, "p50")))
    told = ["--clicks", size.clicks, "--documents", _DOCUMENTS, "--shape", size.shape]
    with opener(store) as links:
        for _ in range(size.rounds if size.rivals else 1):
            found = here(store, "clicks", *told, **links)
            for who, name in _NAMES.items():
                for percent in _PERCENTS:
                    measure.add(at(name, percent), found[f"{who} {percent}"])
    return measure


def _asked(store: Fake, size: Size) -> Measure:
    """Counted by the store, beyond those of one click that comes first; the download is not among them."""
    measure = Measure("requests of a click", "requests", "open_link's own, the download aside")
    told = ["--clicks", size.clicks, "--shape", size.shape]
    for who, share in {"here": [], "through a share": ["--share"]}.items():
        here(store, "opened", *told, *share, COUNTED="1", **kept(store))
        measure.add(who, requests(store.counts()) / size.clicks)
        measure.targets.append(Target(who, "at most", _REQUESTS[who], exact=True))
    return measure


def _started(store: Fake, size: Size) -> Measure:
    measure = Measure("cold start up to the first answer", "s", "imports, first clients and one event")
    measure.targets.append(Target("open_link", "at most", _LATER, "on_created"))
    starts = {
        "open_link": lambda: here(store, "first", "open_link", **kept(store))["seconds"],
        "on_created": lambda: here(store, "first", "on_created")["seconds"],
    }
    alternate(starts, size.rounds * 3 if size.rivals else size.rounds, measure)
    return measure


def kept(store: Fake) -> dict[str, str]:
    """The secret in Secrets Manager, at https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html"""
    named = {"LINK_SECRET_ID": "links", "LINK_BASE_URL": "https://links.example.com", "SHARE_BUCKET": SHARES}
    return named | {"AWS_ENDPOINT_URL_SECRETS_MANAGER": store.endpoint_url}
