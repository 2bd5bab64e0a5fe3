"""Metric math, as much of it as the template uses; what is not known here is an error.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

from tests.watched.told import Series

_Value = Series | float
_OPERATORS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}


def computed(expression: str, named: Mapping[str, Series], periods: Collection[int]) -> Series:
    """What an expression comes to, of series by their ids; `periods` are those that are looked at.

    Two series have a value together where each has one. FILL fills what has ever been told: of a metric that nobody has
    told AWS knows nothing, and this does not suppose that it does.
    """
    value = _Computing(named, periods).value(ast.parse(expression, mode="eval").body)
    return value if isinstance(value, dict) else dict.fromkeys(periods, value)


class _Computing:
    def __init__(self, named: Mapping[str, Series], periods: Collection[int]) -> None:
        self._named, self._periods = named, periods

    def value(self, node: ast.AST) -> _Value:
        match node:
            case ast.Constant(value=float() | int() as number):
                return number
            case ast.Name(id=name):
                return self._named[name]
            case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
                return _each(_OPERATORS[type(op)], self.value(left), self.value(right))
            case ast.Call(func=ast.Name(id="FILL"), args=[series, ast.Constant(value=with_)]):
                return self._filled(self.value(series), with_)
            case ast.Call(func=ast.Name(id="IF"), args=[condition, then, other]):
                return _each(_chosen, self.value(condition), self.value(then), self.value(other))
        raise AssertionError(f"metric math that is not known here: {ast.unparse(node)}")

    def _filled(self, series: _Value, value: Any) -> _Value:
        assert isinstance(series, dict)
        return dict.fromkeys(self._periods, float(value)) | series if series else {}


def _chosen(condition: float, then: float, other: float) -> float:
    return then if condition else other


def _each(act: Callable[..., float], *values: _Value) -> _Value:
    """Period by period, where each series has one."""
    series = [each for each in values if isinstance(each, dict)]
    if not series:
        return float(act(*values))
    shared = set.intersection(*map(set, series))
    return {at: float(act(*(each[at] if isinstance(each, dict) else each for each in values))) for at in sorted(shared)}
