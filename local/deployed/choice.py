"""Conditions and rules of the template, decided as CloudFormation decides them: from what parameters were chosen."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Choice:
    """One choice of parameters, the template's defaults for the rest; values are texts, as CloudFormation has them."""

    def __init__(self, template: "Mapping[str, Any]", **chosen: str) -> None:
        self._template = template
        defaults = {name: str(each["Default"]) for name, each in template["Parameters"].items()}
        self._parameters = defaults | chosen
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": lambda name: self._parameters.get(name, {"Ref": name}),
            "Condition": lambda name: self.value(template["Conditions"][name]),
            "Fn::If": lambda of: self.value(of[1 if self.holds(of[0]) else 2]),
            "Fn::Equals": lambda of: str(self.value(of[0])) == str(self.value(of[1])),
            "Fn::Not": lambda of: not self.value(of[0]),
            "Fn::And": lambda of: all(map(self.value, of)),
            "Fn::Or": lambda of: any(map(self.value, of)),
            "Fn::FindInMap": self._found,
            "Fn::Join": lambda of: of[0].join(map(self.value, of[1])),
            "Fn::Select": lambda of: self.value(of[1])[of[0]],
            "Fn::Split": lambda of: self.value(of[1]).split(of[0]),
            "Fn::Sub": lambda text: self._filled(text) if isinstance(text, str) else {"Fn::Sub": text},
        }

    def refused_by(self) -> set[str]:
        """The rules that do not let these parameters through, by name."""
        return {name for name in self._template.get("Rules", {}) if self.refusals(name)}

    def refusals(self, rule: str) -> list[str]:
        """What a rule says of these parameters; nothing where it lets them through."""
        told = self._template["Rules"][rule]
        if not self.value(told.get("RuleCondition", {"Fn::Equals": ["", ""]})):
            return []
        return [each["AssertDescription"] for each in told["Assertions"] if not self.value(each["Assert"])]

    def value(self, expression: Any) -> Any:  # noqa: ANN401 -- the template's
        """What an expression comes to; what holds no function that is known here stays as it is."""
        if not isinstance(expression, dict) or len(expression) != 1:
            return expression
        ((function, argument),) = expression.items()
        decide = self._functions.get(function)
        return decide(argument) if decide else expression

    def there(self, kind: str = "Resources") -> set[str]:
        """The names of what there is: of resources, or of outputs."""
        found: dict[str, dict[str, Any]] = self._template[kind]
        return {name for name, each in found.items() if "Condition" not in each or self.holds(each["Condition"])}

    def holds(self, condition: str) -> bool:
        """Whether one of the template's conditions does."""
        return bool(self.value({"Condition": condition}))

    def _filled(self, text: str) -> str:
        """With the parameters filled in; what names a resource stays."""
        return re.sub(r"\${(\w+)}", lambda named: str(self._parameters.get(named[1], named[0])), text)

    def _found(self, path: list[Any]) -> Any:  # noqa: ANN401
        values = self._template["Mappings"]
        for key in path:
            values = values[self.value(key)]
        return values
