"""Pictures of the page, as README and docs/recipients.md show it: `make screenshots` keeps them."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from local.project import ROOT
from seed import one_page_pdf
from tests.browser.conftest import Laptop
from tests.browser.recipient import PHONE, Recipient

pytestmark = pytest.mark.xdist_group("browser")

KEPT = ROOT / "docs" / "screenshots"
SCREENS: dict[str, dict[str, Any]] = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": PHONE}
DOCUMENTS = [
    *(f"acme/2026-{month:02} statement.pdf" for month in (1, 2, 3, 4)),
    *("globex/Übersicht März & April.pdf", "globex/invoice 10.pdf", "globex/invoice 9.pdf"),
    *("initech/تقرير 2026.pdf", "initech/契約書.pdf", "summary.pdf"),
]


@pytest.fixture(scope="module")
def address(laptop: Laptop) -> str:
    laptop.upload("reports/", {name: one_page_pdf(name) * (1 + 7 * len(name)) for name in DOCUMENTS})
    return laptop.share("reports/", "Reports, April 2026")


@pytest.mark.parametrize("screen", SCREENS)
def test_the_page_looks_like_its_pictures(browser: Browser, address: str, tmp_path: Path, screen: str) -> None:
    folder = KEPT if os.environ.get("SCREENSHOTS") else tmp_path
    folder.mkdir(exist_ok=True)
    with Recipient.at(browser, **SCREENS[screen]) as somebody:
        somebody.open(address)
        somebody.select("2026-02 statement.pdf", "2026-03 statement.pdf", "2026-04 statement.pdf")
        somebody.page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
        picture = somebody.page.screenshot(path=folder / f"share-{screen}.png")
    assert picture.startswith(b"\x89PNG")
    assert (KEPT / f"share-{screen}.png").exists()
