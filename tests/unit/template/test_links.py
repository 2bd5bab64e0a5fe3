"""Links that do not expire, and shares: what there is of them, where it is chosen, and who may what."""

import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any

import pytest

from local.deployed.choice import Choice
from shared.config import LinkSettings
from tests.unit.template.test_rights import arn_of, rights, statements

OPEN = {"OpenLinks": "ENABLED"}
STABLE = {**OPEN, "Links": "stable"}
ON_AWS_ONLY = {
    *("OpenRefusedAlarm", "SharesPolicy"),
    *("OpenLinkReleases", "OpenLinkReleaseRole", "OpenLinkReleaseAlarm", "OpenLinkCrashAlarm"),
}
ALL = ON_AWS_ONLY | {
    *("OpenLink", "OpenLinkLogs", "OpenLinkRole", "LinkSecret", "Shares", "ShareAdmin"),
    *("OpenFailedAlarm", "OpenThrottledAlarm"),
    *("OpenLinkLive", "OpenLinkUrl", "OpenLinkUrlPublicPermissions", "OpenLinkURLInvokeAllowPublicAccess"),
}
NOTHING = {"Ref": "AWS::NoValue"}
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:links-a1B2c3"


def environment(template: dict[str, Any], function: str, **chosen: str) -> dict[str, Any]:
    """What a function is told, where this is chosen."""
    choice, own = Choice(template, **chosen), template["Resources"][function]["Properties"]["Environment"]["Variables"]
    told = {name: choice.value(each) for name, each in own.items()}
    return {name: each for name, each in told.items() if each != NOTHING}


def origins(template: dict[str, Any], **chosen: str) -> list[Any]:
    choice = Choice(template, **chosen)
    cors = choice.value(template["Resources"]["Documents"]["Properties"]["CorsConfiguration"])
    if cors == NOTHING:
        return []
    return [choice.value(origin) for origin in cors["CorsRules"][0]["AllowedOrigins"]]


def test_by_default_nothing_of_it_exists(template: dict[str, Any]) -> None:
    default = Choice(template)
    outputs = {"LinkBaseUrl", "OpenLinkUrl", "OpenLinkFunction", "ShareBucket", "ShareAdminPolicy", "LinkSecretId"}
    assert not default.there() & (ALL | {"MakesStableLinks"})
    assert not default.there("Outputs") & outputs
    assert environment(template, "OnCreated") == environment(template, "FullScan") == {}
    assert origins(template) == []
    assert Choice(template, **OPEN).there("Outputs") - default.there("Outputs") == outputs


def test_with_open_links_this_is_added_and_nothing_else(template: dict[str, Any]) -> None:
    assert Choice(template, **OPEN).there() - Choice(template).there() == ALL
    assert Choice(template).there() <= Choice(template, **OPEN).there()


def test_in_an_emulator_all_but_what_it_does_not_know(template: dict[str, Any]) -> None:
    emulator = {"S3EndpointUrl": "http://127.0.0.1:4566"}
    added = Choice(template, **OPEN, **emulator).there() - Choice(template, **emulator).there()
    assert added == ALL - ON_AWS_ONLY


def test_with_links_that_do_not_expire_nothing_watches_their_end_or_refreshes_them(template: dict[str, Any]) -> None:
    before, after = Choice(template, **OPEN), Choice(template, **STABLE)
    assert before.there() - after.there() == {"DeadLinksAlarm", "NoScansAlarm"}
    assert after.there() - before.there() == {"MakesStableLinks"}
    assert "NoCompleteScanAlarm" in after.there()
    states = [template["Resources"][name]["Properties"]["State"] for name in ("Refresh", "Nightly")]
    assert [before.value(state) for state in states] == ["ENABLED", "ENABLED"]
    assert [after.value(state) for state in states] == ["DISABLED", "ENABLED"]


def test_such_links_need_somebody_who_opens_them(template: dict[str, Any]) -> None:
    assert Choice(template, Links="stable").refused_by() == {"StableLinksAreOpened"}
    assert Choice(template, **STABLE).refused_by() == set()
    assert Choice(template, **OPEN).refused_by() == set()


def test_where_a_secret_is_named_none_is_made(template: dict[str, Any]) -> None:
    choice = Choice(template, **STABLE, LinkSecretArn=SECRET)
    assert "LinkSecret" not in choice.there()
    assert choice.value(template["Outputs"]["LinkSecretId"]["Value"]) == SECRET
    assert environment(template, "OpenLink", **STABLE, LinkSecretArn=SECRET)["LINK_SECRET_ID"] == SECRET
    for policy in ("OpenLinkRole", "MakesStableLinks"):
        assert SECRET in {choice.value(each["Resource"]) for each in secrets_of(template, policy)}


def secrets_of(template: dict[str, Any], policy: str) -> Iterator[dict[str, Any]]:
    """What a policy, or a role's first, says of secrets."""
    properties = template["Resources"][policy]["Properties"]
    document = properties.get("PolicyDocument") or properties["Policies"][0]["PolicyDocument"]
    return (each for each in document["Statement"] if each.get("Action") == "secretsmanager:GetSecretValue")


def test_the_secret_that_is_made_is_long_enough(resources: dict[str, Any]) -> None:
    generated = resources["LinkSecret"]["GenerateSecretString"]
    assert generated == {"PasswordLength": 64, "ExcludePunctuation": True}
    assert LinkSettings.from_env({"LINK_SECRET": "x" * generated["PasswordLength"]}).secret


@pytest.mark.parametrize("function", ["OnCreated", "FullScan"])
def test_who_writes_manifests_is_told_of_stable_links_only_where_they_are_chosen(
    template: dict[str, Any], function: str
) -> None:
    assert environment(template, function, **OPEN) == {}
    told = environment(template, function, **STABLE)
    own = {"Fn::GetAtt": "OpenLinkUrl.FunctionUrl"}
    assert told == {"LINKS": "stable", "LINK_BASE_URL": own, "LINK_SECRET_ID": {"Fn::GetAtt": "LinkSecret.Id"}}
    named = environment(template, function, **STABLE, LinkBaseUrl="https://links.example.com")
    assert named["LINK_BASE_URL"] == "https://links.example.com"


def test_what_they_are_told_is_what_the_code_takes(template: dict[str, Any]) -> None:
    chosen = {"LinkBaseUrl": "https://links.example.com", "LinkSecretArn": SECRET}
    told = LinkSettings.from_env(environment(template, "FullScan", **STABLE, **chosen))
    assert told == LinkSettings(stable=True, base_url="https://links.example.com", secret_id=SECRET)
    opener = environment(template, "OpenLink", **OPEN, **chosen, OpenExpirySeconds="60")
    assert set(opener) == {"LINK_BASE_URL", "LINK_SECRET_ID", "OPEN_EXPIRY_SECONDS", "SHARE_BUCKET"}
    assert LinkSettings.from_env({**opener, "SHARE_BUCKET": "shares"}).open_expiry_seconds == 60


def referenced(part: Any) -> Iterator[str]:
    """The names that a part of the template refers to."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("Ref", "Fn::GetAtt"):
                yield value.split(".")[0]
            elif name == "DependsOn":
                yield from [value] if isinstance(value, str) else value
            else:
                yield from re.findall(r"\${(\w+)", value) if name == "Fn::Sub" and isinstance(value, str) else ()
                yield from referenced(value)
    elif isinstance(part, list):
        for each in part:
            yield from referenced(each)


def test_nothing_waits_for_itself_to_be_made(template: dict[str, Any]) -> None:
    graph = {name: set(referenced(resource)) for name, resource in template["Resources"].items()}
    of_all = template["Globals"]["Function"]
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            own = resource["Properties"].get("Environment", {"Variables": {}})["Variables"]
            told = {each: value for each, value in of_all["Environment"]["Variables"].items() if each not in own}
            graph[name] |= set(referenced([told, {**of_all, "Environment": {}}]))
    assert "OpenLinkUrl" in graph["OnCreated"]
    assert list(TopologicalSorter(graph).static_order())  # raises CycleError


@pytest.mark.parametrize(
    ("base", "origin"),
    [
        ("", "*"),
        ("https://links.example.com", "https://links.example.com"),
        ("https://example.com:8443/our/links", "https://example.com:8443"),
        ("http://127.0.0.1:4566/_aws/lambda-url/abc", "http://127.0.0.1:4566"),
    ],
)
def test_a_share_s_page_may_read_documents_from_its_own_address(
    template: dict[str, Any], base: str, origin: str
) -> None:
    assert re.fullmatch(template["Parameters"]["LinkBaseUrl"]["AllowedPattern"], base)
    assert origins(template, **OPEN, LinkBaseUrl=base) == [origin]
    (rule,) = template["Resources"]["Documents"]["Properties"]["CorsConfiguration"]["Fn::If"][1]["CorsRules"]
    assert rule["AllowedMethods"] == ["GET", "HEAD"]
    assert rule["ExposedHeaders"] == ["Content-Length", "Content-Range", "ETag"]


@pytest.mark.parametrize(
    "base",
    [
        "links.example.com",
        "http://links.example.com",
        "http://127.0.0.1.example.com",
        "https://",
        "https://links.example.com/",
        "https://links.example.com/?a",
        "https://links.example.com#a",
        "https://user@links.example.com",
        "https://links.example.com/a b",
    ],
)
def test_an_address_that_is_none_of_ours_is_refused(template: dict[str, Any], base: str) -> None:
    assert not re.fullmatch(template["Parameters"]["LinkBaseUrl"]["AllowedPattern"], base)


def test_a_secret_is_named_by_its_whole_arn(template: dict[str, Any]) -> None:
    whole = re.compile(template["Parameters"]["LinkSecretArn"]["AllowedPattern"]).fullmatch
    assert whole("")
    assert whole(SECRET)
    assert not whole(SECRET.removesuffix("-a1B2c3"))
    assert not whole("links")


def test_what_opens_links_reads_and_may_do_nothing_else(resources: dict[str, Any]) -> None:
    allowed = rights(resources, "OpenLinkRole")
    assert set(allowed) == {
        "s3:GetObject",
        "s3:ListBucket",
        "secretsmanager:GetSecretValue",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }
    assert resources["OpenLinkRole"]["ManagedPolicyArns"] == [
        {"Fn::If": ["Traces", {"Ref": "TraceAccess"}, NOTHING]},
        {"Fn::If": ["InANetwork", {"Ref": "NetworkAccess"}, NOTHING]},
    ]
    assert allowed["logs:PutLogEvents"] == [arn_of("OpenLinkLogs")]
    assert "Shares.Arn" in allowed["s3:ListBucket"][0]  # a share that does not exist is a 404, and not a 403


def test_what_is_staged_and_on_record_is_not_its_to_read(resources: dict[str, Any]) -> None:
    (denied,) = (each for each in statements(resources, "OpenLinkRole") if each["Effect"] == "Deny")
    assert denied["Resource"] == [
        {"Fn::Sub": "${Documents.Arn}/${ManifestPrefix}.staging/*"},
        {"Fn::Sub": "${Documents.Arn}/${ManifestPrefix}.state/*"},
    ]


@pytest.mark.parametrize("role", ["OnCreatedRole", "FullScanRole", "FullScanMachineRole", "SchedulerRole"])
def test_no_other_function_touches_shares(resources: dict[str, Any], role: str) -> None:
    assert not any("Shares" in to for allowed_on in rights(resources, role).values() for to in allowed_on)


def test_who_keeps_shares_sees_which_manifests_there_are_but_not_what_is_in_them(resources: dict[str, Any]) -> None:
    keep, shares, manifests, _ = resources["ShareAdmin"]["PolicyDocument"]["Statement"]
    assert set(keep["Action"]) == {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
    assert keep["Resource"] == {"Fn::Sub": "${Shares.Arn}/*"}
    assert (shares["Action"], shares["Resource"]) == ("s3:ListBucket", {"Fn::GetAtt": "Shares.Arn"})
    assert manifests["Action"] == "s3:ListBucket"
    assert manifests["Condition"] == {"StringLike": {"s3:prefix": {"Fn::Sub": "${ManifestPrefix}*"}}}
