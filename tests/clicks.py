"""Clicks: requests in payload 2.0, and an opener over an S3 in memory."""

from typing import Any

from functions.open_link.opener import Opener
from functions.open_link.share import Sharing
from shared.config import LinkSettings, Settings
from shared.domain.documents import Layout
from shared.links.credentials import Links
from shared.links.secret import FixedSecret
from shared.links.stable import StableLinks
from shared.sharing.contents import Reader
from shared.sharing.folders import Folders
from shared.sharing.newest import Newest
from shared.sharing.pieces import Shown
from shared.store.manifests import ManifestStore
from shared.store.shares import Shares
from shared.store.walk import Walk
from shared.telemetry import invocation
from tests.fake_s3 import FakeS3
from tests.world import KEY, Inline

BASE = "https://links.example.com"
SECRET = b"an example of a secret of 32 bytes or more"


def event(path: str, method: str = "GET", query: str = "", **headers: str) -> dict[str, Any]:
    """As a function URL hands it on: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {"domainName": "abc.lambda-url.eu-west-1.on.aws", "http": {"method": method, "path": path}},
    }


class Clicks:
    """One bucket `docs`, and whoever opens links to its documents."""

    def __init__(self, layout: Layout | None = None, share_bucket: str | None = None) -> None:
        self.s3 = FakeS3("docs", *([share_bucket] if share_bucket else []))
        links = LinkSettings(stable=True, base_url=BASE, secret=SECRET, share_bucket=share_bucket)
        self.settings = Settings("docs", "", 900, None, 2000, layout or Layout(), links)
        self.stable = StableLinks(BASE, "docs", FixedSecret(SECRET))
        client: Any = self.s3
        presigned = Links("eu-west-1", None, 900, lambda: KEY, lambda: self.s3.now)
        sharing = self._sharing(client, presigned, share_bucket) if share_bucket else None
        self.opener = Opener(self.settings, client, presigned, self.stable, sharing)

    def _sharing(self, client: Any, presigned: Links, share_bucket: str) -> Sharing:
        layout = self.settings.layout
        folders, reader = Folders(Walk(client), layout), Reader(ManifestStore(client, layout), Inline())
        shown, newest = Shown(folders, reader, layout, lambda: 0.0), Newest(folders, reader, layout)
        self.shares = Shares(client, share_bucket)
        return Sharing(self.settings, client, presigned, self.shares, shown, newest, lambda: self.s3.now)

    def path_of(self, key: str) -> str:
        return self.stable.signing("docs").link(key).removeprefix(BASE)

    def click(self, path: str, method: str = "GET", query: str = "", **headers: str) -> dict[str, Any]:
        """What Lambda is given back."""
        return self.respond(event(path, method, query, **headers))

    def respond(self, asked: Any) -> dict[str, Any]:
        """As the handler does."""
        with invocation(None):
            return self.opener.respond(asked)
