"""What goes into a zip, whoever else builds at the same time."""

from pathlib import Path

import pytest

from local.deployed import package
from local.deployed.package import Target


def test_nobody_installs_what_another_is_packing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both processors' zips are built in one folder, from one folder of packages: one build after the other."""
    steps: list[tuple[str, bool]] = []

    def step(name: str) -> None:
        steps.append((name, (tmp_path / ".lambda.lock").exists()))

    monkeypatch.setattr(package, "_install", lambda _folder, wheels: step(f"install for {wheels[0]}"))
    monkeypatch.setattr(package, "_write_zip", lambda _folder, _dependencies: step("zip"))
    for processor in ("arm64", "x86_64"):
        package.package(Target(tmp_path / "lambda", (processor,)))
    assert steps == [("install for arm64", True), ("zip", True), ("install for x86_64", True), ("zip", True)]
