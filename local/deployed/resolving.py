"""A part of a template with every function in it done; what references come to, whoever asks for it says."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

NOTHING = {"Ref": "AWS::NoValue"}
_IN_SUB = re.compile(r"\$\{([\w:.]+)\}")


@dataclass(frozen=True, slots=True)
class Resolver:
    """`holds`: whether a condition does. `named` and `attribute`: what `Ref` of a name, and `GetAtt` of a place, give.

    `other` does any function beside those and `If`, `Sub` and `Join`, or raises.
    """

    holds: Callable[[str], bool]
    named: Callable[[str], Any]
    attribute: Callable[[str], Any]
    other: Callable[[dict[str, Any]], Any]

    def value(self, part: Any) -> Any:  # noqa: ANN401 -- a template's
        """NOTHING for what is left out; in what holds it it is gone."""
        match part:
            case {"Fn::If": [condition, yes, no]}:
                return self.value(yes if self.holds(condition) else no)
            case {"Fn::Sub": given}:
                text, own = (given, {}) if isinstance(given, str) else given
                return self._filled(text, self.value(own))
            case {"Ref": str(name)}:
                return part if part == NOTHING else self.named(name)
            case {"Fn::GetAtt": place}:
                return self.attribute(place if isinstance(place, str) else ".".join(place))
            case {"Fn::Join": [between, parts]}:
                return between.join(self.value(parts))
        return self._inside(part)

    def _inside(self, part: Any) -> Any:  # noqa: ANN401
        match part:
            case list():
                return [each for each in map(self.value, part) if each != NOTHING]
            case dict() if any(name.startswith("Fn::") for name in part):
                return self.other(part)
            case dict():
                found = {name: self.value(each) for name, each in part.items()}
                return {name: each for name, each in found.items() if each != NOTHING}
        return part

    def _filled(self, text: str, own: Mapping[str, Any]) -> str:
        def of(found: re.Match[str]) -> str:
            name = found[1]
            if name in own:
                return str(own[name])
            return str(self.attribute(name) if "." in name else self.named(name))

        return _IN_SUB.sub(of, text)
