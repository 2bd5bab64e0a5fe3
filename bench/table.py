"""A measure as a person reads it."""

from rich.console import Console
from rich.table import Table

from bench.figures import Measure

_WIDTH = 118
_console = Console(width=_WIDTH, soft_wrap=True)


def show(measure: Measure) -> None:
    """Everybody's min, median and max, and below them what was asked of ours."""
    table = Table(title=f"{measure.name} ({measure.unit})", caption=measure.note or None, title_justify="left")
    table.add_column("")
    for column in ("min", "median", "max", "beside the first"):
        table.add_column(column, justify="right")
    rows = list(measure.rows())
    first = rows[0][2] if rows else 0
    for who, low, middle, high in rows:
        beside = f"{middle / first:.3g} times" if first else ""
        table.add_row(who, number(low), number(middle), number(high), beside)
    _console.print(table)
    for target in measure.targets:
        if target.known(measure.values):
            held = "ok" if target.reached(measure.values) else "NOT REACHED"
            _console.print(f"  {held}: {measure.told(target)}", highlight=False)


def number(value: float) -> str:
    """Four figures at most, and no fraction of a thousand."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"  # noqa: PLR2004 -- a thousand
