"""Which S3 is meant: what the SDK has been told is followed, by requests and links alike, or refused by name."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from shared.config import Settings
from shared.domain.errors import ConfigError
from shared.store.client import async_configuration, make_client
from shared.store.endpoint import followed
from shared.wiring import wire

OTHER = "http://127.0.0.1:9999"
IN_A_PROFILE = f"[default]\nendpoint_url = {OTHER}\n"
IN_ITS_SERVICES = f"[default]\nservices = mine\n[services mine]\ns3 =\n  endpoint_url = {OTHER}\n"


class Told:
    """What the SDK has been told, in an environment that says nothing else."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self._patch, self._config = patch, folder / "config"
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
            patch.delenv(name, raising=False)
        self.by(AWS_DEFAULT_REGION="eu-west-1", AWS_ACCESS_KEY_ID="id", AWS_SECRET_ACCESS_KEY="secret")
        self.by_config("")

    def by(self, **variables: str) -> None:
        for name, value in variables.items():
            self._patch.setenv(name, value)

    def by_config(self, text: str) -> None:
        self._config.write_text(text)
        self.by(AWS_CONFIG_FILE=str(self._config))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Told:
    return Told(monkeypatch, tmp_path)


def where(settings: Settings) -> set[str]:
    """Where the functions' requests go, and where their links lead."""
    wiring = wire(settings)
    link = urlsplit(wiring.links.signing("docs").link("a/1.pdf"))
    return {str(wiring.client.meta.endpoint_url), f"{link.scheme}://{link.netloc}"}


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_a_variable_of_the_sdks_is_followed_by_requests_and_by_links(told: Told, name: str) -> None:
    told.by(**{name: OTHER})

    assert where(Settings.from_env({})) == {OTHER}
    assert wire(Settings.from_env({})).settings.endpoint_url == OTHER  # what the listing's client gets


@pytest.mark.parametrize("config", [IN_A_PROFILE, IN_ITS_SERVICES], ids=["profile", "services"])
def test_a_profile_is_followed_by_requests_and_by_links(told: Told, config: str) -> None:
    told.by_config(config)

    assert where(Settings.from_env({})) == {OTHER}


def test_s3s_own_variable_counts_more_than_the_one_for_all_services(told: Told) -> None:
    told.by(AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_ENDPOINT_URL_S3=OTHER)

    assert where(Settings.from_env({})) == {OTHER}


def test_what_the_functions_are_told_counts_more_than_what_the_sdk_is(told: Told) -> None:
    told.by(AWS_ENDPOINT_URL_S3="http://127.0.0.1:1")

    assert where(Settings.from_env({"S3_ENDPOINT_URL": OTHER})) == {OTHER}


def test_what_the_sdk_is_to_ignore_is_ignored_by_both(told: Told) -> None:
    told.by(AWS_ENDPOINT_URL_S3=OTHER, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true")
    told.by_config(IN_A_PROFILE)

    assert where(Settings.from_env({})) == {
        "https://s3.eu-west-1.amazonaws.com",
        "https://docs.s3.eu-west-1.amazonaws.com",
    }


@pytest.mark.parametrize("variable", ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
def test_another_door_of_awss_own_is_still_awss(told: Told, variable: str) -> None:
    told.by(**{variable: "true"})

    assert followed(Settings.from_env({}), boto3.Session()).endpoint_url is None


def test_no_client_follows_by_itself_what_links_would_not(told: Told) -> None:
    told.by(AWS_ENDPOINT_URL_S3=OTHER)
    for_listing: Any = async_configuration(None)

    assert make_client(boto3.Session(), None).meta.endpoint_url == "https://s3.eu-west-1.amazonaws.com"
    assert for_listing.ignore_configured_endpoint_urls


@pytest.mark.parametrize("url", ["nonsense", "http://u:secret@h", "http://u:secret@h h", "http://h/?q"])
def test_an_address_that_cannot_be_used_is_refused_by_the_names_it_may_come_from(told: Told, url: str) -> None:
    told.by(AWS_ENDPOINT_URL=url)

    with pytest.raises(
        ConfigError, match=r"AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the profile's endpoint_url"
    ) as caught:
        followed(Settings.from_env({}), boto3.Session())
    assert "secret" not in str(caught.value)


def test_services_that_a_profile_names_and_nobody_describes_are_refused_by_name(told: Told) -> None:
    told.by_config("[default]\nservices = forgotten\n")

    with pytest.raises(ConfigError, match="forgotten"):
        followed(Settings.from_env({}), boto3.Session())
