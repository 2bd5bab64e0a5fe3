"""The most memory and temporary disk a full scan takes, whatever it lists."""

from bench.figures import Measure, Target
from bench.measures.rebuild import STRAIGHTFORWARD
from bench.processes import fake, here, rival
from bench.size import Size

_MORE = 1.1  # times what a scan of few takes: within 10 MiB of 100


def measures(size: Size) -> list[Measure]:
    memory, disk = Measure("memory", "MiB at most"), Measure("temporary disk", "MiB at most")
    for keys, folders in size.heaps:
        with fake(keys, folders, size.shape) as store:
            here(store, "scan", QUEUE_MAX="50000")
            for _ in range(size.rounds):
                found = here(store, "scan", "--watched", QUEUE_MAX="50000")
                memory.add(_named(keys, folders), found["MiB"])
                disk.add(_named(keys, folders), found["disk"])
    few, *many = memory.values or [""]
    memory.targets = [Target(who, "at most", _MORE, few) for who in many]
    for keys, folders in size.heaps[:1]:
        with fake(keys, folders, size.shape) as store:
            memory.add(f"{STRAIGHTFORWARD}, {_named(keys, folders)}", rival(store, "straightforward")["MiB"])
    return [memory, disk] if memory.values else []


def _named(keys: int, folders: int) -> str:
    return f"{keys:,} keys in {folders:,} folder{'s' * (folders > 1)}"
