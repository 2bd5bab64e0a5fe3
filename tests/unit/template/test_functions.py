"""What both functions run, and what they are told."""

import re
from typing import Any

from local.project import ROOT

FUNCTIONS = ("OnCreated", "FullScan")


def test_both_functions_run_the_code_that_is_built(resources: dict[str, Any]) -> None:
    for function, handler in zip(FUNCTIONS, ("on_created", "full_scan"), strict=True):
        assert resources[function]["CodeUri"] == ".build/lambda/functions.zip"
        assert resources[function]["Handler"] == f"functions.{handler}.handler.handler"
        assert resources[function]["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": f"{function}Logs"}}


def test_the_environment_holds_all_settings_of_the_functions(template: dict[str, Any]) -> None:
    assert set(template["Globals"]["Function"]["Environment"]["Variables"]) == {
        "BUCKET_NAME",
        "PREFIX",
        "URL_EXPIRY_SECONDS",
        "S3_ENDPOINT_URL",
        "QUEUE_MAX",
        "MANIFEST_PREFIX",
        "MANIFEST_BUCKET",
        "PREFIX_DEPTH",
    }


def test_a_deployment_is_for_the_processor_that_is_built_for(template: dict[str, Any]) -> None:
    built = re.search(r"^ARCH \?= (\w+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert built
    assert template["Parameters"]["Architecture"]["Default"] == built[1] == "arm64"
