"""How many keys get no line, and where: of very many, about."""

import pytest

from shared.scan.ignored import Ignored


def counted(number: int, a_page: int) -> Ignored:
    ignored = Ignored()
    for first in range(0, number, a_page):
        ignored.add([f"{each:06}" for each in range(first, min(number, first + a_page))])
    return ignored


def test_of_some_thousands_it_is_known_to_the_key() -> None:
    ignored = counted(20_000, 1_000)
    ends = {"": 0, "000000": 1, "000001": 2, "0000015": 2, "012345": 12_346, "1": 20_000}
    assert {end: ignored.up_to(end) for end in ends} == ends


@pytest.mark.parametrize("a_page", [1, 7, 1_000])
def test_of_very_many_to_a_ten_thousandth_and_all_of_them_exactly(a_page: int) -> None:
    ignored = counted(150_001, a_page)
    assert ignored.up_to("150000") == ignored.total == 150_001
    assert max(abs(ignored.up_to(f"{number:06}") - number - 1) for number in range(0, 150_000, 9_973)) < 16
