"""What the demo shows of a manifest: every line, and of no link what makes it one."""

import pytest

from local.deployed.demo import described
from shared.domain.manifest import Document, Line
from shared.domain.signing import Signing
from tests.world import STABLE, World

DOCUMENT = Document("2026/04/acme/q1.pdf", 48213, "9b2c", "2026-04-02T08:11:43Z")


def shown(signing: Signing) -> str:
    return described(Line.of(DOCUMENT, signing.link(DOCUMENT.key), signing.expires_at))


@pytest.mark.parametrize(
    ("signing", "told"),
    [
        (
            World().signing,
            "https://docs.s3.eu-west-1.amazonaws.com/2026/04/acme/q1.pdf?…  until 2026-04-02T08:15:00Z",
        ),
        (STABLE.signing("docs"), "https://links.example.com/d/…  for good"),
    ],
)
def test_a_line_is_shown_with_its_end_and_without_what_opens_it(signing: Signing, told: str) -> None:
    assert shown(signing) == f"q1.pdf  48,213 bytes  {told}"
