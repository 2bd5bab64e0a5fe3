"""Shares, for people: a table, and an address with a code for a telephone's camera."""

import io
import sys
from collections.abc import Iterable
from urllib.parse import urlsplit

import segno
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from local.daemon import port_is_free
from local.sharing.actions import SHORT, Made, Seen
from local.sharing.target import Target
from shared.domain.sharing import Share, seen

ALL_OF_IT = "(all of it)"
_NOTHING = Share("", " ", "", "", "")  # what a damaged record tells
_STYLE = {"open": "green", "ended": "yellow"}
_BLACK_AND_WHITE = "\033[38;5;231;48;5;16m"  # whatever the terminal's own colours are: a camera wants dark on light
_AS_BEFORE = "\033[0m"


def made(target: Target, new: Made, *, is_terminal: bool) -> str:
    """What to say of a new share."""
    share = new.seen.kept
    assert isinstance(share, Share)
    until = f"until {share.ends}" if share.ends else "until it is taken back"
    return (
        f"Whoever has this address sees s3://{share.bucket}/{share.prefix}, all below it, {until}:\n\n"
        f"  {new.address}\n\n{_shown(code(new.address, colours=is_terminal))}\n"
        f"{_warning(new.address)}It is shown this once. "
        f"To take it back: make unshare{target.typed} SHARE={new.seen.name[:SHORT]}"
    )


def _warning(address: str) -> str:
    """An address of this machine may be one where nobody listens."""
    url = urlsplit(address)
    if url.hostname != "127.0.0.1" or not url.port or not port_is_free(url.port):
        return ""
    return f"Nobody opens it now: is {url.port} the LINKS_PORT that `make up` was given?\n"


def _shown(drawn: str) -> str:
    """Nothing where the output knows no such characters: the address is there once, and must not be lost."""
    try:
        drawn.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return ""
    return drawn


def code(address: str, *, colours: bool) -> str:
    """A QR code (ISO/IEC 18004) of half blocks, light on dark; its quiet zone around it."""
    drawn = io.StringIO()
    segno.make_qr(address).terminal(out=drawn, compact=True)
    begin, end = (_BLACK_AND_WHITE, _AS_BEFORE) if colours else ("", "")
    return "".join(f"{begin}{line}{end}\n" for line in drawn.getvalue().splitlines())


def table(found: Iterable[Seen]) -> Table:
    """Labels and prefixes may hold what else would be markup."""
    columns = ("label", "prefix", "created", "ends", "share", "state")
    made = Table(*(Column(name, overflow="fold") for name in columns))
    for each in found:
        share = each.kept if isinstance(each.kept, Share) else _NOTHING
        ends = "never" if share.ends is None else share.ends
        told = (share.label, share.prefix or ALL_OF_IT, share.created, ends, each.name[:SHORT])
        made.add_row(*map(Text, map(seen, told)), Text(each.state, _STYLE.get(each.state, "bold red")))
    return made


def show(target: Target, found: list[Seen]) -> None:
    if found:
        Console(width=None if sys.stdout.isatty() else 160).print(table(found))
    else:
        print(f"There are no shares. To make one: make share{target.typed} PREFIX=2026/04/")


def taken_back(target: Target, gone: Seen) -> str:
    what = f"s3://{gone.kept.bucket}/{gone.kept.prefix}" if isinstance(gone.kept, Share) else gone.name
    return (
        f"The share of {what} is taken back: the next click on its address, or on a link of it, opens nothing. "
        f"What was opened before stays readable for {target.settings.links.open_expiry_seconds} s at most."
    )
