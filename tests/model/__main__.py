"""Play many interleavings, one of them so that a person can read it, or every mutation.

python -m tests.model --interleavings 100000 [--first 0]
python -m tests.model --replay 1457 [--mutation "keep nothing"]
python -m tests.model --mutations 10000
"""

import argparse
import sys
import time
from collections.abc import Iterable
from contextlib import nullcontext

from tests.model.campaign import Tally, first_wrong, sweep
from tests.model.interleaving import play
from tests.model.mutations import MUTATIONS, REDUNDANT

_EVERY = 5_000  # interleavings between two lines of progress
_SHOWN = 10  # failures that are named


def main() -> int:
    asked = _arguments()
    if asked.replay is not None:
        return _replay(asked.replay, asked.mutation)
    if asked.mutations:
        return _mutate(asked.mutations)
    return _sweep(range(asked.first, asked.first + asked.interleavings))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--interleavings", type=int, default=100_000, help="how many to play")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--replay", type=int, metavar="SEED", help="play one, and print what happened")
    parser.add_argument("--mutation", metavar="NAME", help="with --replay: without that rule")
    parser.add_argument("--mutations", type=int, metavar="N", help="look for each mutation in at most N interleavings")
    return parser.parse_args()


def _sweep(seeds: range) -> int:
    began = time.process_time()
    tally = Tally()
    for tally in sweep(seeds):
        if tally.histories % _EVERY == 0:
            _say(f"{time.process_time() - began:6.0f} s  {tally}")
    _say(f"seeds {seeds.start} to {seeds.stop - 1} in {time.process_time() - began:.0f} s: {tally}")
    for outcome in sorted(tally.wrong, key=lambda wrong: wrong.steps)[:_SHOWN]:
        _say(f"seed {outcome.seed}, {outcome.steps} steps: {outcome.verdict}")
    return 1 if tally.wrong else 0


def _replay(seed: int, name: str | None) -> int:
    mutation = next((found for found in (*MUTATIONS, *REDUNDANT) if found.name == name), None)
    with mutation.applied() if mutation else nullcontext():
        outcome = play(seed, mutation.fixed if mutation else {}, traced=True)
    _print(outcome.trace)
    _say(f"seed {seed}: {outcome.verdict or 'all is well'}")
    return 1 if outcome.verdict else 0


def _mutate(most: int) -> int:
    missed = 0
    for mutation in (*MUTATIONS, *REDUNDANT):
        with mutation.applied():
            found = first_wrong(range(most), mutation.fixed, mutation.kind)
        missed += found is None and mutation in MUTATIONS
        told = f"seed {found.seed}: {found.verdict}" if found else f"not seen in {most}"
        _say(f"{mutation.name:<28} {told}")
    return 1 if missed else 0


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        _say(line)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
