"""Configurations of a bucket with what is ours, and without: whatever else is in them stays, and stays where it is.

Pure. A configuration is what S3's API answers and takes, for each replaces the whole of it:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.domain.errors import ConfigError

Rule = Mapping[str, Any]

BRIDGE = "EventBridgeConfiguration"
MOST_LIFECYCLE_RULES = 1000
MOST_CORS_RULES = 100


@dataclass(frozen=True, slots=True)
class Configuration:
    """All that is changed of a bucket. `lifecycle` and `cors` are None where there is none: S3 takes no empty one."""

    notification: Mapping[str, Any]
    lifecycle: Mapping[str, Any] | None
    cors: Mapping[str, Any] | None

    @property
    def bridged(self) -> bool:
        """Whether the bucket tells EventBridge."""
        return BRIDGE in self.notification


@dataclass(frozen=True, slots=True)
class Ours:
    """What a stack wants of a bucket beside EventBridge: rules with an ID that begins with `owner`, as no others do."""

    owner: str
    lifecycle: tuple[Rule, ...] = ()
    cors: tuple[Rule, ...] = ()

    def was_taken_out(self, found: Configuration) -> bool:
        """Whether there would be a rule of ours, had none been taken out. False, too, where that cannot be told."""
        there = (*_rules(found.lifecycle, "Rules"), *_rules(found.cors, "CORSRules"))
        return bool(self.lifecycle or self.cors) and not any(map(self._has, there))

    def put_in(self, found: Configuration) -> Configuration:
        """Raises ConfigError where S3 would not take so many rules."""
        bridged = found.notification if found.bridged else {**found.notification, BRIDGE: {}}
        lifecycle = self._with(found.lifecycle, "Rules", _in_style_of(found.lifecycle, self.lifecycle))
        changed = Configuration(bridged, lifecycle, self._with(found.cors, "CORSRules", self.cors))
        _check(changed)
        return changed

    def taken_out(self, found: Configuration, *, bridged: bool) -> Configuration:
        """`bridged`: EventBridge is not ours to turn off."""
        without = {name: each for name, each in found.notification.items() if bridged or name != BRIDGE}
        return replace(
            found,
            notification=without,
            lifecycle=self._with(found.lifecycle, "Rules", ()),
            cors=self._with(found.cors, "CORSRules", ()),
        )

    def _with(self, found: Mapping[str, Any] | None, name: str, ours: Iterable[Rule]) -> Mapping[str, Any] | None:
        theirs = [rule for rule in _rules(found, name) if not self._has(rule)]
        rules = [*theirs, *ours]
        return {**(found or {}), name: rules} if rules else None

    def _has(self, rule: Rule) -> bool:
        return str(rule.get("ID", "")).startswith(self.owner)


def _rules(found: Mapping[str, Any] | None, name: str) -> Iterable[Rule]:
    rules: Iterable[Rule] = (found or {}).get(name, ())
    return rules


def _in_style_of(found: Mapping[str, Any] | None, rules: tuple[Rule, ...]) -> list[Rule]:
    """The whole bucket's, said as its other rules say it: S3 takes either Prefix or Filter, not both side by side.

    "Filter element can only be used in Lifecycle V2": https://github.com/aws/aws-sdk-ruby/issues/1653
    """
    first_version = any("Prefix" in rule for rule in (found or {}).get("Rules", ()))
    scope: Rule = {"Prefix": ""} if first_version else {"Filter": {"Prefix": ""}}
    return [{**rule, **scope} for rule in rules]


def _check(changed: Configuration) -> None:
    for what, rules, most in (
        ("lifecycle", (changed.lifecycle or {}).get("Rules", ()), MOST_LIFECYCLE_RULES),
        ("CORS", (changed.cors or {}).get("CORSRules", ()), MOST_CORS_RULES),
    ):
        if len(rules) > most:
            raise ConfigError(
                f"the bucket would have {len(rules)} {what} rules, and S3 takes {most}: merge some of them, or "
                f"{'leave SweepUploadsDays empty' if what == 'lifecycle' else 'set OpenLinks=DISABLED'}."
            )
