"""One scene played with something broken: was the answer true, was nothing half done, does the next run heal?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import pytest

from tests.chaos.faults import PAIRED, Fault, Strike, plan
from tests.chaos.functions import Answer, Functions, cold_start, environment, hurried, impatient, output
from tests.chaos.library import Library
from tests.chaos.proxy import Call, Proxy
from tests.chaos.scenes import SCENES, Scene

Pair = tuple[Strike, Strike]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `calls` in the order of their arrival, `findings` as sentences; none: all is well."""

    calls: tuple[Call, ...]
    broken: tuple[Call, ...]
    answer: Answer
    findings: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Stage:
    """Where scenes are played: a library, and a proxy in front of it that the functions are pointed at."""

    library: Library
    proxy: Proxy
    _scenes: dict[str, Scene] = field(default_factory=dict)

    @contextmanager
    def set(self) -> Iterator[None]:
        """With the environment the functions are to find."""
        surroundings = environment(self.library, self.proxy.endpoint_url)
        with pytest.MonkeyPatch.context() as patch, hurried():
            for name, value in surroundings.items():
                patch.setenv(name, value)
            yield

    def scene(self, name: str) -> Scene:
        """Prepared when it is first asked for."""
        if name not in self._scenes:
            with output():
                self._scenes[name] = SCENES[name](self.library, cold_start())
        return self._scenes[name]

    def play(self, scene: Scene, *strikes: Strike) -> Trial:
        """Put the scene back, run the function through the faults, look, run it again without, look again."""
        scene.restore()
        hanging = any(strike.fault.hangs for strike in strikes)
        with output() as written:
            with impatient() if hanging else nullcontext(), self.proxy.watch(plan(*strikes)) as traffic:
                functions = cold_start()
                answer = scene.invocation(functions)
            findings = self.library.leftovers()
            if _unheard(strikes):
                findings = self._without_uploads(findings)
            if not _deceived(strikes):
                findings += _seen(scene, answer)
            if findings:
                self.library.sweep()
            findings += _healed(scene, cold_start() if hanging else functions)
        if "X-Amz-Signature" in written.getvalue():
            findings.append("a link was logged")
        return Trial(tuple(traffic.calls), tuple(traffic.broken), answer, tuple(findings))

    def _without_uploads(self, leftovers: list[str]) -> list[str]:
        """Those are the lifecycle rule's to end."""
        self.library.sweep()
        return [left for left in leftovers if not left.startswith("upload of ")]

    def pairs(self, scene: Scene, first: Strike) -> list[Pair]:
        """This fault with every one that can follow it."""
        played = self.play(scene, first)
        if first.call not in played.broken:
            return []
        since = played.calls[played.calls.index(first.call) + 1 :]
        return [(first, second) for second in strikes([call for call in since if not first.hits(call)], PAIRED)]


def _unheard(strikes: Sequence[Strike]) -> bool:
    """Whether an upload was begun without an answer, and the list of uploads had none either: nobody knows its id."""
    struck = {strike.call.operation.name for strike in strikes}
    return {"CreateMultipartUpload", "ListMultipartUploads"} <= struck


def _deceived(strikes: Sequence[Strike]) -> bool:
    """Whether the store denied twice, and differently, that an object is there: nobody could know better."""
    denied = [strike.call.operation for strike in strikes if strike.fault.name == "404"]
    asked = {(operation.name, operation.path) for operation in denied}
    return any(("HeadObject", path) in asked for name, path in asked if name == "GetObject")


def _healed(scene: Scene, functions: Functions) -> list[str]:
    """What the next run does not bring right."""
    again = scene.invocation(functions)
    failed = [] if again.success else [f"the next run fails: {again}"]
    wrong = [f"not healed: {each}" for each in scene.disagreement(scene.manifests())]
    return failed + wrong + [f"the next run leaves {each}" for each in scene.library.leftovers()]


def _seen(scene: Scene, answer: Answer) -> list[str]:
    """Whether what is there now is whole, and what was answered about it true."""
    now = scene.manifests()
    raised = [] if answer.foreseen else [f"raised {answer.error!r}"]
    lies = [f"said success, but is {each}" for each in scene.untold(now)] if answer.success else []
    return raised + lies + scene.half_done(now, answer)


def scenes(*names: str) -> list[object]:
    """Each scene with all that befalls it in one process, so that it is prepared once."""
    return [pytest.param(name, marks=pytest.mark.xdist_group(f"faults-{name}")) for name in names]


def strikes(calls: Sequence[Call], faults: Sequence[Fault]) -> list[Strike]:
    """Every fault at every request it can happen to."""
    return [fault.at(call) for call in calls for fault in faults if fault.fits(call.operation)]
