"""Somebody who was given the address of a share, and what they see."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

DESKTOP = {"width": 1280, "height": 800}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
# A scroll is heard before the frame it belongs to, which is the next.
_FRAMES = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
_NETWORK = "Failed to load resource"  # the browser's own word on an answer that tests make fail


def another(address: str) -> str:
    """The address of a share that there is not."""
    return f"{address[:-9]}{'b' if address[-9] == 'a' else 'a'}{address[-8:]}"


class Recipient:
    """Looks at one page."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @classmethod
    @contextmanager
    def at(cls, browser: Browser, **how: Any) -> Iterator["Recipient"]:
        """`how`: a context's options: locale, time zone, screen, colours."""
        usual: dict[str, Any] = {"viewport": DESKTOP, "locale": "en-GB"}
        context = browser.new_context(**usual | how)
        somebody = cls(context)
        yield somebody
        assert somebody.complaints == []
        context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and _NETWORK not in message.text:
            self.complaints.append(message.text)

    def open(self, address: str) -> "Recipient":
        """And wait until all is there."""
        self.page.goto(address)
        return self.wait()

    def wait(self) -> "Recipient":
        expect(self.page.locator("#state")).not_to_have_text(re.compile("…|^$"), timeout=15_000)
        return self

    def wait_in_vain(self, for_what: str) -> None:
        """So often that it is half a minute until it is tried again by itself; the page's clock is installed."""
        for _ in range(4):
            with self.page.expect_response(for_what):
                self.page.clock.fast_forward(60_000)

    def scroll(self, to: int) -> None:
        """In pixels from the top."""
        self.page.evaluate(f"() => scrollTo(0, {to})")
        self.drawn()

    def drawn(self) -> None:
        """Wait until the page has drawn what there is."""
        self.page.evaluate(_FRAMES)

    @property
    def state(self) -> str:
        return self.page.locator("#state").inner_text()

    @property
    def names(self) -> list[str]:
        """Of the documents shown, from the top."""
        return self.page.locator("#rows .row:not(.group) .name bdi").all_inner_texts()

    @property
    def groups(self) -> list[str]:
        return self.page.locator("#rows .group").all_inner_texts()

    def row(self, name: str) -> Any:
        return self.page.locator("#rows .row:not(.group)").filter(has=self.page.get_by_text(name, exact=True))

    def search(self, words: str) -> None:
        self.page.locator("#search").fill(words)

    def select(self, *names: str) -> None:
        for name in names:
            self.row(name).locator("input").check()
