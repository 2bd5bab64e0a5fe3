"""All figures in one table: ours, and beside it everybody's who did the same in the same run."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Results = Mapping[str, Any]
_LISTING = ("s5cmd, listing alone", "rclone, listing alone", "obstore, listing alone", "boto3, listing alone")
_ONE_BY_ONE = "GET, append, PUT: one by one"


class Row(NamedTuple):
    """What is told of a measure: of `here`, and of those `beside` it, each with the name it is told by."""

    what: str
    measure: str
    here: str
    beside: Mapping[str, str]


def _rows(results: Results) -> Iterator[Row]:
    size = results["size"]
    yield Row("a full scan, LIST from memory", "rebuild", "here, one stream", _same("straightforward", *_LISTING))
    for delay in (delay for delay in size["delays"] if delay):
        others = ("here, one stream", "here, the first scan", "straightforward", *_LISTING)
        beside = {f"{who}, {delay} ms": who for who in others}
        yield Row(f"a full scan, {delay} ms a LIST", "latency", f"here, side by side, {delay} ms", beside)
    what = f"a scan of {size['small_folders']:,} folders, {size['small_delay']} ms a request"
    yield Row(what, "small folders", "side by side", _same("one after the other"))
    yield from _of_events()
    yield from _of_appends(f"{size['lines'][-1]:,} lines")
    yield Row("a cold start", "cold start", "here", _same("straightforward", "boto3 alone"))
    yield from _of_clicks()
    for keys in ("plain keys", "keys with spaces"):
        yield Row(f"links signed, {keys}", f"links, {keys}", "here", _same("obstore", "minio-py", "botocore"))
    yield Row("links to a whole bucket, MinIO", "links to a whole bucket, MinIO", "here", _same("mc share"))
    yield from _of_memory([*next((m["values"] for m in results["measures"] if m["name"] == "memory"), {})])


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _of_events() -> Iterator[Row]:
    for where in ("the store in memory", "MinIO"):
        for batch in (200, 10, 1):
            beside = _same(_ONE_BY_ONE, f"deltalake, batches of {batch}")
            yield Row(f"events in batches of {batch}, {where}", f"events, {where}", f"here, batches of {batch}", beside)
    yield Row("requests of a lone event", "requests an event", "here, batches of 1", _same(_ONE_BY_ONE))


def _of_clicks() -> Iterator[Row]:
    for where in ("MinIO", "20 ms a request"):
        for percent in ("p50", "p99"):
            beside = {f"a bare presigned link, {percent}": "a bare presigned link"}
            what = f"a click on a stable link, {where}, {percent}"
            yield Row(what, f"a click, {where}", f"a stable link, {percent}", beside)
    yield Row("requests of a click, its download aside", "requests of a click", "here", _same("through a share"))
    what = "a cold start up to the first answer, open_link"
    yield Row(what, "cold start up to the first answer", "open_link", _same("on_created"))


def _of_appends(lines: str) -> Iterator[Row]:
    whole = {f"GET, append, PUT, {lines}": "GET, append, PUT"}
    yield Row(f"a line more to {lines}, the store's copy aside", "append", f"here, {lines}", whole)
    yield Row("sent and received for it", "append, bodies sent and received", f"here, {lines}", whole)


def _of_memory(measured: list[str]) -> Iterator[Row]:
    for heap in (who for who in measured[1:] if not who.startswith("straightforward")):
        straightforward = {who: who for who in measured if who.startswith("straightforward")}
        yield Row(
            f"memory of a scan of {heap}", "memory", heap, {measured[0]: f"here, {measured[0]}"} | straightforward
        )


def lines(results: Results) -> Iterator[tuple[str, str, str]]:
    """What, ours, and those beside it with how many times theirs ours is. What was not measured is left out."""
    measures = {measure["name"]: measure for measure in results["measures"]}
    for row in _rows(results):
        measure = measures.get(row.measure, {"values": {}})
        if row.here in measure["values"]:
            yield row.what, *_figures(row, measure["unit"], measure["values"])


def _figures(row: Row, unit: str, values: Mapping[str, Any]) -> tuple[str, str]:
    ours = values[row.here]["median"]
    theirs = {name: values[who]["median"] for who, name in row.beside.items() if who in values}
    beside = [f"{name} {_told(each, unit)} ({_times(ours / each)})" for name, each in theirs.items()]
    return _told(ours, unit), "; ".join(beside)


def table(results: Results) -> str:
    """In markdown."""
    rows = [f"| {' | '.join(line)} |" for line in lines(results)]
    return "\n".join(
        ["| | here | beside it, and how many times that ours is |", "| --- | --: | --- |", *rows, "", _run(results)]
    )


def _times(ratio: float) -> str:
    if ratio < 0.01:  # noqa: PLR2004 -- a hundredth
        return f"1/{1 / ratio:,.0f}"
    return f"{ratio:,.0f} ×" if ratio >= 10 else f"{ratio:.2g} ×"  # noqa: PLR2004, RUF001 -- two figures


def _told(value: float, unit: str) -> str:
    name = unit.removesuffix(" a line").removesuffix(" at most")
    if name == "s":
        return f"{value * 1000:,.3g} ms" if value < 1 else f"{value:.3g} s"
    if (value, name) == (1, "requests"):
        return "1 request"
    return f"{value:,.0f} {name}" if value >= 100 else f"{value:.3g} {name}"  # noqa: PLR2004 -- as many figures as count


def _run(results: Results) -> str:
    machine, rounds = results["machine"], results["size"]["rounds"]
    told = (
        f"Medians of at least {rounds} rounds on {machine['date']}: one core of {machine['processor']} for what is "
        f"measured, one for the store. Python {machine['python']}, {_versions(machine['ours'])}. "
        f"Beside it: {_versions(machine['theirs'])}."
    )
    return textwrap.fill(told, 120, break_long_words=False, break_on_hyphens=False)


def _versions(named: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in named.items())
