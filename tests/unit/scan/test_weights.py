"""How much lies where: of much, about."""

from shared.scan.boundaries import Weight
from shared.scan.weights import Weights

MANY = 200_000


def test_of_what_is_little_it_is_known_to_the_key() -> None:
    weights = Weights()
    weights.add(Weight(f"{number:03}", number) for number in range(100))
    assert [weights.up_to(end) for end in ("", "000", "001", "002", "0025", "1")] == [0, 0, 1, 3, 3, weights.total]


def test_of_very_much_to_a_five_thousandth_and_all_of_it_exactly() -> None:
    weights = Weights()
    weights.add(Weight(f"{number:06}", 1) for number in range(MANY))
    assert weights.up_to(f"{MANY:06}") == weights.total == MANY
    assert max(abs(weights.up_to(f"{number:06}") - number - 1) for number in range(0, MANY, 9_973)) <= MANY / 5_000
