"""How a stack is, for a person: what needs them first, then a line each, then a table of manifests."""

import sys
from collections.abc import Iterator
from datetime import timedelta

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from local.operating.health import Health, Manifest, Queues, Scans
from shared.domain.sharing import seen

_WIDE = 160  # characters, where nobody tells


def shown(health: Health) -> None:
    """Prefixes may hold what else would be markup."""
    screen = Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False)
    wants = health.wants()
    screen.print(Text(f"{health.stack}: {'all is well' if not wants else 'this needs you'}", "bold"))
    for each in wants:
        screen.print(Text(f"  {seen(each)}", "red"), soft_wrap=True)
    for name, text in lines(health):
        screen.print(Text(f"{name:<14}{seen(text)}"), soft_wrap=True)
    if health.manifests.shown:
        screen.print(table(health))


def lines(health: Health) -> Iterator[tuple[str, str]]:
    """What there is to know besides, a name and a text each."""
    yield "events", _events(health.queues)
    yield "dead letters", f"{health.queues.dead:,} events, {health.queues.failed_scans:,} scans that failed"
    yield from _scans(health.scans)
    yield "alarms", ", ".join(each.name for each in health.alarms) or "none in ALARM"
    found = health.manifests
    oldest = f", the oldest written at {found.oldest}" if found.oldest else ""
    yield "manifests", f"{found.count:,} with {found.size:,} bytes{oldest}{_which(health)}"


def _events(queues: Queues) -> str:
    age = "" if queues.oldest is None else f", the oldest for {told(queues.oldest)}"
    return f"{queues.waiting:,} waiting{age}, {queues.working:,} in work"


def _scans(scans: Scans) -> Iterator[tuple[str, str]]:
    last = scans.last
    if last:
        what = last.get("prefix") or "all of it"
        yield (
            "last scan",
            (
                f"{what}: began {last['began']}, ended {last['ended']}, {last['outcome']}; "
                f"{last['documents']:,} documents in {last['folders']:,} folders, {last['healed']:,} lines healed"
            ),
        )
    else:
        yield "last scan", "none was complete yet"
    yield "scans", f"{scans.running} running"
    if scans.failed:
        yield (
            "last failed",
            f"at {scans.failed.ended}{', and mended by a later one' * scans.failed.mended}: {scans.failed.why}",
        )


def _which(health: Health) -> str:
    many = len(health.manifests.shown)
    return "" if many == health.manifests.count else f"; of these the {many} that were written longest ago:"


def table(health: Health) -> Table:
    """Of the manifests shown."""
    made = Table(
        Column("prefix", overflow="fold"), "written", *(Column(name, justify="right") for name in ("age", "lines")),
        Column("documents", justify="right"), "first expiry",
    )  # fmt: skip
    for each in health.manifests.shown:
        made.add_row(*_row(each, health.now))
    made.add_section()
    many = health.manifests.shown
    lines, documents = sum(each.lines for each in many), sum(each.documents for each in many)
    made.add_row(f"these {len(many):,}", "", "", f"{lines:,}", f"{documents:,}", "")
    return made


def _row(each: Manifest, now: str) -> list[Text]:
    old = "?" if each.age is None else told(each.age)
    numbers = ["damaged", "damaged"] if each.damage else [f"{each.lines:,}", f"{each.documents:,}"]
    ends = each.first_expiry or "none"
    return [
        *map(Text, (seen(each.prefix) or "(the bucket's own)", each.modified, old, *numbers)),
        Text(f"{ends}, ended", "red") if each.is_dead(now) else Text(ends),
    ]


def told(seconds: float) -> str:
    """A time that has passed."""
    return str(timedelta(seconds=int(seconds)))
