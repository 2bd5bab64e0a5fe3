"""What docs/links.md says of the template, and the templates it gives for what stands before the function."""

import re
from typing import Any

from local.deployed.template import read
from local.project import ROOT

TEXT = (ROOT / "docs" / "links.md").read_text()
OURS = re.compile(r"Open[A-Z]\w+|Link[A-Z]\w+|Links\w*|Share\w+|\w+Alarm").fullmatch
METRICS = {"LinksOpened", "SharesOpened", "LinksRefused"}


def before_it(name: str) -> dict[str, Any]:
    """The properties of the resources of a template beside the document."""
    resources = read(ROOT / "docs" / "domain" / f"{name}.yaml")["Resources"]
    return {name: each["Properties"] for name, each in resources.items()}


def test_every_name_in_it_is_the_template_s(template: dict[str, Any]) -> None:
    known = {*template["Parameters"], *template["Resources"], *template["Outputs"]}
    prose = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
    named = set(filter(OURS, re.findall(r"`(\w+)`", prose)))
    assert named > METRICS
    assert named - METRICS <= known


def test_every_command_in_it_is_the_makefile_s() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = set(re.findall(r"make ([a-z]+(?:-[a-z]+)?)\b(?= STACK|`)", TEXT))
    assert {"deploy", "rotate-links", "links-off", "links-on", "unshare"} <= named <= set(targets)


def test_an_http_api_hands_on_what_the_function_reads_and_nothing_before_the_path() -> None:
    api = before_it("http-api")
    assert api["Integration"]["PayloadFormatVersion"] == "2.0"
    assert api["Route"]["RouteKey"] == api["Stage"]["StageName"] == "$default"
    assert "ApiMappingKey" not in api["Mapping"]
    assert "AccessLogSettings" not in api["Stage"]  # its lines would hold links


def test_cloudfront_caches_and_logs_nothing_signs_and_keeps_the_viewers_host_to_itself() -> None:
    cloudfront = before_it("cloudfront")
    distribution = cloudfront["Distribution"]["DistributionConfig"]
    behaviour = distribution["DefaultCacheBehavior"]
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
    assert behaviour["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert behaviour["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    assert "Logging" not in distribution
    signing = cloudfront["SignedByCloudFront"]["OriginAccessControlConfig"]
    assert (signing["OriginAccessControlOriginType"], signing["SigningBehavior"]) == ("lambda", "always")
    asks, invokes = cloudfront["MayAskTheAddress"], cloudfront["MayInvoke"]
    assert (asks["Action"], asks["FunctionUrlAuthType"]) == ("lambda:InvokeFunctionUrl", "AWS_IAM")
    assert (invokes["Action"], invokes["InvokedViaFunctionUrl"]) == ("lambda:InvokeFunction", True)
    assert asks["SourceArn"] == invokes["SourceArn"]
