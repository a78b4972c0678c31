"""The merge of three versions of a row, field by field."""

from hypothesis import given
from hypothesis import strategies as st

from turns_web.core.versioned import _three_way as three_way

NAMES = ("turn_amount", "vendor_id", "grade")
value = st.one_of(st.none(), st.integers(0, 3))
row = st.fixed_dictionaries(dict.fromkeys(NAMES, value))
part = st.dictionaries(st.sampled_from(NAMES), value)


@given(row, row, part)
def test_every_field_is_settled_in_exactly_one_way(base, server, typed):
    changes, conflicts, kept, merged = three_way(base, server, typed)
    in_conflict = {one.field for one in conflicts}
    for name in NAMES:
        local = typed.get(name, base[name])
        mine, theirs = local != base[name], server[name] != base[name]
        assert (name in changes) == (mine and not theirs)
        assert (name in kept) == (theirs and not mine)
        assert (name in in_conflict) == (mine and theirs and local != server[name])
    assert set(changes) | in_conflict <= set(typed) == set(merged)


@given(row, row, part)
def test_what_is_merged_is_what_the_row_will_hold_where_nothing_conflicts(base, server, typed):
    changes, conflicts, _, merged = three_way(base, server, typed)
    if not conflicts:
        after = {**server, **changes}
        assert merged == {name: after[name] for name in typed}


@given(row, part)
def test_on_the_version_that_was_seen_all_that_was_typed_is_saved(base, typed):
    changes, conflicts, kept, _ = three_way(base, base, typed)
    assert (conflicts, kept) == ([], [])
    assert {**base, **changes} == {**base, **typed}


@given(row, row)
def test_a_form_left_as_it_was_changes_nothing(base, server):
    changes, conflicts, _, _ = three_way(base, server, base)
    assert (changes, conflicts) == ({}, [])
