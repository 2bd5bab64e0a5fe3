"""An audit of a hundred thousand documents needs about the memory of one of ten thousand, and each object once."""

import json
import subprocess
import sys

import pytest

from bench.processes import Fake, fake, here
from local.project import ROOT

AUDIT = """
import sys
from bench.peak import peak
from local.operating.__main__ import main
sys.argv = ["audit", "audit", "--json"]
try:
    main()
finally:
    print(peak(), file=sys.stderr)
"""
MIB_MORE = 24
MIB_A_LINE = 250 / 1024**2  # in one folder: of each key, two numbers are held


def audited(store: Fake) -> tuple[dict[str, int], float]:
    """What an audit of all of it tells, and MiB at their most; in a process of its own."""
    command = [sys.executable, "-c", AUDIT]
    done = subprocess.run(command, env=store.environment(), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, int] = json.loads(done.stdout)
    return told, float(done.stderr)


def measured(keys: int, folders: int) -> tuple[dict[str, int], float, dict[str, int]]:
    """Of a store that was just scanned; with the requests that the audit made."""
    with fake(keys, folders) as store:
        here(store, "scan", URL_EXPIRY_SECONDS="86400")
        store.counts()
        told, memory = audited(store)
        return told, memory, store.counts()


@pytest.mark.campaign
def test_memory_does_not_grow_with_documents_nor_requests_with_more_than_their_pages_and_manifests() -> None:
    _, few, _ = measured(10_000, 100)
    told, many, requests = measured(100_000, 1_000)
    assert (told["documents"], told["folders"], told["manifests"]) == (
        100_000,
        1_000,
        1_001,
    )  # the scanned prefix has one, too
    assert many < few + MIB_MORE
    assert requests["LIST"] < 130
    assert requests["GET"] < 1_010
    assert not requests["PUT"] + requests["POST"] + requests["DELETE"]


@pytest.mark.campaign
def test_of_one_folder_it_holds_two_numbers_a_document() -> None:
    _, few, _ = measured(10_000, 1)
    told, many, _ = measured(100_000, 1)
    assert (told["documents"], told["folders"]) == (100_000, 1)
    assert many < few + MIB_MORE + 90_000 * MIB_A_LINE
