"""What is left of a scan, when a turn of it ends early."""

from shared.domain.documents import Folder
from shared.domain.ranges import Range
from shared.scan.turn import Came, Turn

_TURN = Turn(Folder("docs", ""), Range(""))
_DOUBTFUL = frozenset({"a/", "b/", "c/"})


def test_what_the_next_turn_lists_anyway_is_not_listed_alone_too() -> None:
    came = Came(Range(""), "d/1.pdf", complete=False, met=_DOUBTFUL, unsettled=frozenset({"b/"}), doubtful=_DOUBTFUL)
    rest = _TURN.rest(came)
    assert rest
    assert (rest.range.after, rest.alone) == ("b/", ("a/",))


def test_nor_is_what_lies_after_the_last_page() -> None:
    rest = _TURN.rest(Came(Range(""), "b/1.pdf", complete=False, met=_DOUBTFUL, doubtful=_DOUBTFUL))
    assert rest
    assert (rest.range.after, rest.alone) == ("b/1.pdf", ("a/", "b/"))


def test_where_the_store_lists_in_an_order_of_its_own_the_next_turn_may_not_come_by_it() -> None:
    came = Came(Range(""), "b/1.pdf", complete=False, met=_DOUBTFUL, doubtful=_DOUBTFUL, in_order=False)
    rest = _TURN.rest(came)
    assert rest
    assert rest.alone == ("a/", "b/", "c/")


def test_nor_is_what_only_the_end_of_the_survey_cuts() -> None:
    met = frozenset({"b/", "d/"})
    rest = _TURN.rest(
        Came(Range("", until="d/d/1.pdf"), "c/1.pdf", complete=False, met=met, unsettled=frozenset({"b/"}))
    )
    assert rest
    assert (rest.range.after, rest.alone) == ("b/", ())
