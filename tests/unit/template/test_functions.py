"""What the functions run, and what they are told."""

import re
from typing import Any

from local.project import ROOT

FUNCTIONS = {
    "OnCreated": "on_created",
    "FullScan": "full_scan",
    "OpenLink": "open_link",
    "BucketSetup": "bucket_setup",
}


def test_the_functions_run_the_code_that_is_built(resources: dict[str, Any]) -> None:
    for function, handler in FUNCTIONS.items():
        assert ROOT.joinpath("functions", handler, "handler.py").exists()
        assert resources[function]["CodeUri"] == ".build/lambda/arm64/functions.zip"
        assert resources[function]["Handler"] == f"functions.{handler}.handler.handler"
        assert resources[function]["LoggingConfig"] == {"LogGroup": {"Ref": f"{function}Logs"}}


def test_the_environment_holds_all_settings_that_the_functions_share(template: dict[str, Any]) -> None:
    assert set(template["Globals"]["Function"]["Environment"]["Variables"]) == {
        "BUCKET_NAME",
        "PREFIX",
        "URL_EXPIRY_SECONDS",
        "S3_ENDPOINT_URL",
        "QUEUE_MAX",
        "MANIFEST_PREFIX",
        "MANIFEST_BUCKET",
        "PREFIX_DEPTH",
        "POWERTOOLS_LOG_LEVEL",
    }


def test_a_deployment_is_for_the_processor_that_is_built_for(template: dict[str, Any]) -> None:
    built = re.search(r"^ARCH \?= (\w+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert built
    assert template["Parameters"]["Architecture"]["Default"] == built[1] == "arm64"
