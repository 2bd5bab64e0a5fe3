"""What the laptop's tools find on a machine, and what they feed the functions; programs are stand-ins on the PATH."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from local.daemon import port_is_free
from local.laptop import links, minio
from local.laptop.compose import Compose, ComposeError
from local.laptop.context import Context
from local.laptop.invoke import object_created
from local.laptop.links import provide
from local.laptop.minio import MODULE, RELEASE, MinioMissingError, program
from local.laptop.up import Laptop
from local.project import ROOT
from shared.domain.errors import ConfigError
from shared.domain.events import Change, parse
from tests.machine import Machine
from tests.servers import free_ports


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", f"{machine.bin}")
    monkeypatch.setattr(minio, "TOOLS", tmp_path / "tools")
    return machine


# ---- MinIO's program


def test_a_minio_on_the_path_of_the_right_release_is_taken(machine: Machine) -> None:
    machine.has("minio", f"echo 'minio version {RELEASE} (commit-id=07c3a42)'")

    assert program() == machine.bin / "minio"


def test_without_docker_minio_or_go_it_is_said_what_is_missing(machine: Machine) -> None:
    machine.has("minio", "echo 'minio version RELEASE.2025-10-15T17-29-55Z'")  # too new

    with pytest.raises(MinioMissingError, match=r"Docker.*RELEASE\.2025-09-07T16-13-09Z.*Go 1\.24"):
        program()


def test_a_minio_for_another_kind_of_machine_counts_as_missing(machine: Machine) -> None:
    machine.has("minio", "")
    (machine.bin / "minio").write_bytes(b"\x7fELF")

    with pytest.raises(MinioMissingError):
        program()


@pytest.mark.parametrize("version", ["go1.23.9", "go1.4", "devel"])
def test_a_go_too_old_to_build_it_counts_as_missing(machine: Machine, version: str) -> None:
    machine.has("go", f'[ "$1" = env ] && echo {version}')

    with pytest.raises(MinioMissingError, match=r"Go 1\.24"):
        program()


def test_it_is_built_once_from_the_module_of_that_release(machine: Machine) -> None:
    machine.has("go", f'[ "$1" = env ] && echo go1.24 && exit\necho "$@" > "$GOBIN/minio"\n: "{MODULE}"')

    built = program()
    assert built.read_text().split()[-1] == MODULE
    built.write_text("kept")

    assert program().read_text() == "kept"


def test_a_build_that_fails_shows_why_and_is_tried_again(machine: Machine) -> None:
    machine.has("go", '[ "$1" = env ] && echo go1.25.1 && exit\necho "no route to host" >&2; exit 1')

    for _ in range(2):
        with pytest.raises(MinioMissingError, match="no route to host"):
            program()


def test_docker_compose_runs_the_very_same_release() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]

    assert {service["image"] for service in services.values()} == {f"minio/minio:{RELEASE}"}
    assert [re.sub(r"\$\{\w+:-(\d+)\}", r"\1", port) for port in services["minio"]["ports"]] == [
        "127.0.0.1:9000:9000",
        "127.0.0.1:9001:9001",
    ]
    assert services["minio"]["healthcheck"]["test"]


# ---- Docker


@pytest.mark.parametrize("script", ["exit 1", '[ "$1" != compose ]'], ids=["no daemon", "no compose plugin"])
def test_a_docker_that_does_not_work_counts_as_none(machine: Machine, script: str) -> None:
    machine.has("docker", script)

    assert not Compose("pdf").works()


def test_docker_is_asked_for_a_project_of_its_own(machine: Machine, tmp_path: Path) -> None:
    machine.has("docker", f'echo "$@" >> {tmp_path}/asked')
    compose = Compose("pdf-links-9000")

    assert compose.works()
    compose.up("minio")
    compose.down()
    compose.down(delete=True)

    assert (tmp_path / "asked").read_text().splitlines()[1:] == [
        "compose --project-name pdf-links-9000 up --detach --wait minio",
        "compose --project-name pdf-links-9000 down",
        "compose --project-name pdf-links-9000 down --volumes",
    ]


def test_services_run_where_docker_names_a_container(machine: Machine) -> None:
    machine.has("docker", "true")
    assert not Compose("pdf").runs()

    machine.has("docker", "echo 3f2a")
    assert Compose("pdf").runs()


def test_a_compose_that_fails_is_an_error(machine: Machine) -> None:
    machine.has("docker", "exit 17")

    with pytest.raises(ComposeError, match="docker compose up"):
        Compose("pdf").up("minio")


# ---- settings


def test_the_environment_says_where_minio_is_to_be() -> None:
    laptop = Laptop.from_env({"MINIO_PORT": "9100", "BUCKET_NAME": "reports"})

    assert laptop == Laptop(9100, 9001, 9002, "minioadmin", "minioadmin", "reports")


@pytest.mark.parametrize("port", ["", "0", "65536", "ninety", "-1", "٣"])
def test_a_port_that_is_none_is_named(port: str) -> None:
    with pytest.raises(ConfigError, match="MINIO_PORT"):
        Laptop.from_env({"MINIO_PORT": port})


def test_a_port_is_free_until_somebody_listens() -> None:
    (port,) = free_ports(1)

    assert port_is_free(port)


# ---- events


@given(st.text(min_size=1, max_size=200).filter(lambda key: key.isprintable() or "\n" in key))
def test_the_event_of_an_upload_is_understood_as_that_key(key: str) -> None:
    (notice,) = parse(object_created("reports", key)).notices

    assert notice.changes == (Change("reports", key),)


def test_keys_are_encoded_as_s3_documents_it() -> None:
    record: dict[str, Any] = object_created("reports", "a/red flower+é%.pdf")["Records"][0]

    assert record["s3"]["object"]["key"] == "a/red+flower%2B%C3%A9%25.pdf"


def test_a_person_has_more_time_than_a_lambda_function() -> None:
    assert Context().get_remaining_time_in_millis() > 900_000


def test_a_port_for_links_that_is_none_is_named_where_links_are_made() -> None:
    env = {"LINKS": "stable", "S3_ENDPOINT_URL": "http://127.0.0.1:9000", "LINKS_PORT": "ninety"}
    with pytest.raises(ConfigError, match="LINKS_PORT"):
        provide(env)


def test_links_of_others_are_left_as_they_are() -> None:
    for env in (
        {"LINKS": "presigned", "S3_ENDPOINT_URL": "http://127.0.0.1:9000"},
        {"LINKS": "stable", "LINK_SECRET": "x", "S3_ENDPOINT_URL": "http://127.0.0.1:9000"},
        {"LINKS": "stable", "S3_ENDPOINT_URL": "https://store.example.com"},
    ):
        before = dict(env)
        provide(env)
        assert env == before


def test_where_make_up_has_made_no_secret_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "LOCAL", tmp_path)
    with pytest.raises(ConfigError, match="`make up` makes one"):
        provide({"LINKS": "stable", "S3_ENDPOINT_URL": "http://127.0.0.1:9000"})
