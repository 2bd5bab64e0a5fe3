"""What a person types as TAGS."""

import pytest

from local.deployed.parameters import ParameterError
from local.deployed.tags import checked


def test_tags_are_names_with_values() -> None:
    assert checked("team=finance cost-centre=7 owner=a.b@example.com") == [
        "team=finance",
        "cost-centre=7",
        "owner=a.b@example.com",
    ]
    assert checked("") == []


@pytest.mark.parametrize(
    "typed", ["team", "team=", "=finance", "team=$HOME", "team='a", "aws:team=x", "team=a*", "a=b=c d"]
)
def test_what_is_none_is_refused_by_name(typed: str) -> None:
    with pytest.raises(ParameterError, match="TAGS has"):
        checked(typed)


def test_a_name_comes_once() -> None:
    with pytest.raises(ParameterError, match="team twice"):
        checked("team=a team=b")


def test_there_are_fifty_at_most() -> None:
    assert len(checked(" ".join(f"t{number}=x" for number in range(50)))) == 50
    with pytest.raises(ParameterError, match="at most 50"):
        checked(" ".join(f"t{number}=x" for number in range(51)))
