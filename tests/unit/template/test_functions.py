"""What both functions run, and what they are told."""

from typing import Any

FUNCTIONS = ("OnCreated", "FullScan")


def test_both_functions_run_the_code_that_is_built(resources: dict[str, Any]) -> None:
    for function, handler in zip(FUNCTIONS, ("on_created", "full_scan"), strict=True):
        assert resources[function]["CodeUri"] == ".build/lambda/functions.zip"
        assert resources[function]["Handler"] == f"functions.{handler}.handler.handler"
        assert resources[function]["LoggingConfig"] == {"LogGroup": {"Ref": f"{function}Logs"}}


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
