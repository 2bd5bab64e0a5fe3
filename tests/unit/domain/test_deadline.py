"""The time an invocation has left."""

import pytest

from shared.domain.deadline import RESERVE, Deadline
from shared.domain.errors import OutOfTimeError


class Context:
    """As Lambda hands it to a function."""

    def get_remaining_time_in_millis(self) -> int:
        return 5000


def test_a_lambda_context_tells_the_time_left_and_some_is_kept_for_ending_well() -> None:
    assert Deadline.of(Context()).left() == 5 - RESERVE


@pytest.mark.parametrize("context", [None, object()])
def test_a_persons_call_has_lambdas_longest(context: object) -> None:
    assert 890 < Deadline.of(context).left() <= 900 - RESERVE


def test_a_step_is_begun_while_there_is_time() -> None:
    Deadline(lambda: RESERVE + 0.1).require("anything")


def test_a_step_is_not_begun_when_there_is_none() -> None:
    with pytest.raises(OutOfTimeError, match=r"before copying.*time-out"):
        Deadline(lambda: RESERVE).require("copying")
