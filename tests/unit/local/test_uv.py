"""Every call of uv trusts whom the system trusts."""

import re
from pathlib import Path

import pytest

from local.project import ROOT
from local.uv import trusting


@pytest.mark.parametrize("path", ["Makefile", *(str(path.relative_to(ROOT)) for path in ROOT.glob("local/**/*.py"))])
def test_uv_is_run_by_nothing_but_the_one_who_tells_it_whom_to_trust(path: str) -> None:
    if path != "local/uv.py":
        assert not re.search(r"""bin/uv\b|BIN\)/uv\b|["']uv["']""", (ROOT / path).read_text())


def test_uv_trusts_the_system_where_that_has_certificates(tmp_path: Path) -> None:
    store = tmp_path / "store.crt"
    store.touch()

    assert trusting({"PATH": "/bin"}, [str(tmp_path / "none"), str(store)]) == {"PATH": "/bin", "UV_SYSTEM_CERTS": "1"}


def test_uv_trusts_itself_where_the_system_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")

    assert trusting({}, [str(tmp_path / "none")]) == {}


def test_what_a_person_has_said_stays(tmp_path: Path) -> None:
    assert trusting({"UV_SYSTEM_CERTS": "0"}, [str(tmp_path)]) == {"UV_SYSTEM_CERTS": "0"}
