"""A measure, and all of them in one table, as a person reads them."""

from rich.console import Console
from rich.table import Table

from bench import summary
from bench.figures import Measure

_WIDTH = 118
_console = Console(width=_WIDTH, highlight=False)


def show(measure: Measure) -> None:
    """Everybody's min, median and max, and below them what was asked of ours."""
    table = Table(title=f"{measure.name} ({measure.unit})", caption=measure.note or None, title_justify="left")
    table.add_column("")
    for column in ("min", "median", "max", "rounds"):
        table.add_column(column, justify="right")
    for who, low, middle, high in measure.rows():
        table.add_row(who, number(low), number(middle), number(high), str(len(measure.values[who])))
    _console.print(table)
    for target in measure.asked():
        held = "ok" if target.reached(measure.values) else "NOT REACHED"
        _console.print(f"  {held}: {measure.told(target)}", soft_wrap=True)


def show_all(results: summary.Results) -> None:
    """Ours beside everybody's, of the same run."""
    table = Table("", "here", "beside it, and how many times that ours is", title="All of it", show_lines=True)
    for line in summary.lines(results):
        table.add_row(*line)
    _console.print(table)


def number(value: float) -> str:
    """Four figures at most, and no fraction of a thousand."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"  # noqa: PLR2004 -- a thousand
