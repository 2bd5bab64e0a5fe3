"""The browser of this machine: Debian's package; and `jq`, which an example of docs/manifest.md needs.

python -m tests.browser.chromium    installs what is missing, where this is Debian and root; else says how to
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class ChromiumMissingError(Exception):
    """There is none; the message says how to get one."""


def chromium() -> str:
    """The path of its program."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    raise ChromiumMissingError(
        "no Chromium: `make test` installs it where it is root on Debian; else install it "
        "(Debian: sudo apt-get install chromium fonts-liberation; macOS: Google Chrome on the PATH)"
    )


@contextmanager
def launched() -> Iterator[Browser]:
    """It runs: the test is skipped where this machine has none; in CI that is an error.

    No longer than a module's tests: while it runs no other code of this process can have an event loop.
    """
    try:
        program = chromium()
    except ChromiumMissingError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program)
        yield browser
        browser.close()


def install() -> None:
    """Where this may be. Without fonts of the usual widths pages are laid out otherwise than for most people."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    quietly = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    packages = ["chromium", "fonts-liberation", "jq"]
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *step], env=quietly, stdout=subprocess.DEVNULL, check=False)


def main() -> None:
    """What `make browser` does; who has no browser goes on without."""
    if _missing() or not shutil.which("jq"):
        install()
    if told := _missing():
        sys.stderr.write(f"The page's tests are skipped: {told}.\n")


def _missing() -> str | None:
    try:
        chromium()
    except ChromiumMissingError as error:
        return str(error)
    return None


if __name__ == "__main__":
    main()
