"""Ctrl-C and SIGTERM, where they would break off what cannot be known afterwards to have been done."""

import signal
from typing import Any

import pytest

from local.signals import end_like_one_ctrl_c, put_off

NUMBERS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])


@NUMBERS
def test_the_first_is_heard_at_the_end_of_what_it_would_have_broken_off(number: signal.Signals) -> None:
    done: list[str] = []

    def begin() -> None:
        with put_off():
            signal.raise_signal(number)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        begin()
    assert done == ["all of it"]


@NUMBERS
def test_one_that_follows_at_once_is_the_same_wish_and_a_later_one_is_another(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: dict[signal.Signals, Any] = {}
    monkeypatch.setattr(signal, "signal", heard.__setitem__)
    seconds = iter([10.0, 10.0, 11.0, 13.0, 13.0])
    end_like_one_ctrl_c(lambda: next(seconds))
    assert heard.keys() == {signal.SIGINT, signal.SIGTERM}
    with pytest.raises(KeyboardInterrupt):
        heard[number](number, None)
    heard[signal.SIGTERM](signal.SIGTERM, None)
    with pytest.raises(KeyboardInterrupt):
        heard[number](number, None)


@NUMBERS
def test_a_second_one_breaks_it_off(number: signal.Signals) -> None:
    done: list[str] = []

    def begin() -> None:
        with put_off():
            signal.raise_signal(signal.SIGINT)
            done.append("a part")
            signal.raise_signal(number)
            done.append("the rest")

    with pytest.raises(KeyboardInterrupt):
        begin()
    assert done == ["a part"]


def test_what_minded_them_before_minds_them_again_and_an_error_is_itself() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with put_off():
        pass
    with pytest.raises(ValueError, match="its own"), put_off():
        raise ValueError("its own")
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
