"""Ctrl-C and SIGTERM, where they would break off what cannot be known afterwards to have been done."""

import signal

import pytest

from local.signals import put_off

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
