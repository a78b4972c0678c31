"""Two versions of a text, put together."""

from hypothesis import given
from hypothesis import strategies as st

from turns_web.core.together import differences, put_together

words = st.lists(st.sampled_from(["carpet", "paint", "the", "17th", "\n", "gate", "Łódź", "🙂"]), max_size=12).map(
    " ".join
)


@given(words, words)
def test_the_pieces_that_stay_or_came_are_the_text(was, now):
    assert "".join(piece.words for piece in differences(was, now) if piece.kind != "out") == now


@given(words, words)
def test_the_pieces_that_stay_or_went_are_what_was_there(was, now):
    assert "".join(piece.words for piece in differences(was, now) if piece.kind != "in") == was


@given(words, words)
def test_where_one_side_changed_nothing_the_other_stands(base, side):
    assert put_together(base, base, side) == side
    assert put_together(base, side, base) == side
    assert put_together(base, side, side) == side


@given(words, words, words)
def test_it_does_not_matter_who_was_first(base, one, two):
    assert put_together(base, one, two) == put_together(base, two, one)


def test_two_changes_that_do_not_touch_are_both_kept():
    base = "Carpet arrives on the 17th. Leave the old pad in the garage."
    server = "Carpet arrives on the 23rd. Leave the old pad in the garage."
    local = "Carpet arrives on the 17th. Take the old pad with you."
    assert put_together(base, server, local) == "Carpet arrives on the 23rd. Take the old pad with you."


def test_the_same_words_changed_twice_are_a_persons_to_settle():
    assert put_together("due 17th", "due 18th", "due 19th") is None
