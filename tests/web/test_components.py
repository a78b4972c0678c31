"""The macros that pages are built from, rendered as a page would."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from flask import g, render_template_string

from turns_web.core.fields import Choice, Day, Flag, Many, Money, Secret, Text, Whole
from turns_web.core.identity import Role
from turns_web.web.forms import Form

FIELDS = {
    "turn_amount": Money(label="Amount", required=True, hint="Dollars and cents"),
    "notes": Text(label="Notes", multiline=True, max=5000),
    "move_out_date": Day(label="Move-out"),
    "is_section_8": Flag(label="Section 8"),
    "grade": Choice(label="Grade", options={"LIGHT": "Light", "HEAVY": "Heavy"}),
    "bedrooms": Whole(label="Bedrooms"),
    "trades": Many(label="Trades"),
    "primary_lock_box_code": Secret(label="Lock-box code"),
}


@pytest.fixture
def draw(app):
    """Renders a piece of a template as a signed-in person's request would."""

    def act(source, **context):
        with app.test_request_context("/board"):
            g.identity = None
            return render_template_string(source, **context)

    return act


def described(draw, name, form):
    source = '{% from "components/forms.html" import described %}{{ described(form, name, fields[name]) }}'
    return draw(source, form=form, name=name, fields=FIELDS)


def test_a_field_says_its_error_under_itself_and_points_to_it(draw):
    form = Form(values={"turn_amount": "3,12O"}, errors={"turn_amount": ["“3,12O” has a letter O in it."]})
    html = described(draw, "turn_amount", form)
    assert 'data-error-for="turn_amount"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="field-turn_amount-error field-turn_amount-hint"' in html
    assert 'value="3,12O"' in html


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_kind_of_field_has_a_label_and_its_column_as_name(draw, name):
    html = described(draw, name, Form())
    assert f'name="{name}"' in html
    assert f'for="field-{name}"' in html or "<label" in html
    assert FIELDS[name].label in html


def test_a_field_holds_what_was_typed_and_nothing_of_it_is_markup(draw):
    html = described(draw, "notes", Form(values={"notes": "\n<script>"}))
    assert "&lt;script&gt;" in html and "<script>" not in html
    # The first line break after <textarea> is the parser's; the person's own comes after it.
    assert "\n\n&lt;script&gt;" in html


def test_a_secret_is_never_filled_in(draw):
    assert 'value=""' in described(draw, "primary_lock_box_code", Form())


def test_what_was_refused_is_listed_with_links_to_the_fields(draw):
    form = Form(errors={"__all__": ["Nothing was saved."], "turn_amount": ["Enter an amount."], "vendor_id": ["No."]})
    source = '{% from "components/forms.html" import problems %}{{ problems(form, fields) }}'
    html = draw(source, form=form, fields=FIELDS)
    assert 'data-error-for="__all__"' in html
    assert '<a href="#field-turn_amount">Amount</a>' in html
    # It has no field in this form: it is said here.
    assert 'data-error-for="vendor_id"' in html and "#field-vendor_id" not in html


def test_form_keys_carry_token_version_and_write_id(draw):
    html = draw('{% from "components/forms.html" import form_keys %}{{ form_keys(form) }}', form=Form(version=7))
    for name in ("csrf_token", "version", "write_id"):
        assert f'name="{name}"' in html
    assert 'value="7"' in html


def test_marks_say_in_words_what_colour_says(draw):
    html = draw(
        '{% from "components/marks.html" import pill, approval, flag, gauge, avatar, money, moment %}'
        '{{ pill("late", "2 d late") }}{{ approval("HO_APPROVAL_NEEDED") }}{{ flag("Section 8", "home") }}'
        '{{ gauge(9, 5, "9 of 5 d here") }}{{ avatar("Tom Nguyen") }}{{ money(amount) }}{{ money(none) }}'
        "{{ moment(then) }}",
        amount=Decimal("1234.50"),
        then=datetime.now(UTC) - timedelta(hours=2),
    )
    for words in ("2 d late", "Waits for HO", "Section 8", "9 of 5 d here", ">TN<", "2 h ago"):
        assert words in html
    assert '$1,234<span class="money__cents">.50</span>' in html


@pytest.mark.parametrize(("here", "target", "fill"), [(0, 5, 0), (5, 5, 8), (9, 5, 14), (90, 5, 16), (1, 7, 1)])
def test_the_gauge_reaches_its_tick_on_the_target(draw, here, target, fill):
    html = draw(
        '{% from "components/marks.html" import gauge %}{{ gauge(here, target, "") }}', here=here, target=target
    )
    assert f'data-fill="{fill}"' in html


def test_a_sorted_head_says_so_and_turns_round(draw):
    source = '{% from "components/navigation.html" import sort_head %}{{ sort_head("City", "city", sort, "/p?q=x") }}'
    assert 'aria-sort="ascending"' in draw(source, sort="city")
    assert "/p?q=x&amp;sort=-city" in draw(source, sort="city")
    assert 'aria-sort="descending"' in draw(source, sort="-city")
    assert "aria-sort" not in draw(source, sort=None)


PARTS = """
{% from "components/navigation.html" import tabs, segments, chip, menu, crumbs, pager, show_more %}
{% from "components/buttons.html" import button, link, post, icon_button, disabled %}
{% from "components/empty.html" import nothing_yet, nothing_matches, nothing_for_you %}
{% from "components/dialogs.html" import dialog, confirmation %}
{% from "components/timeline.html" import timeline, event %}
{{ tabs([("Now", "/a", none), ("History", "/b", 3700)], "Now") }}
{{ segments([("Board", "/a", "board")], "Board", "View") }}
{{ chip("Vendor", "Delta", "/board") }}
{% call menu("More", "more") %}x{% endcall %}
{{ crumbs([("Board", "/board")], "Here") }}
{{ pager(51, 100, 6214, "/p", "/n") }}
{{ show_more("/more", "Show 25 more") }}
{{ button("Save", kind="main") }}{{ link("Go", "/x") }}{{ post("Archive", "/x", {"version": 3}) }}
{{ icon_button("x", "Close") }}{{ disabled("Approve", "You set the amount.") }}
{% call nothing_yet("A", "b") %}{% endcall %}
{% call nothing_matches("A", "b") %}{% endcall %}
{% call nothing_for_you("A", "b") %}{% endcall %}
{% call dialog("d", "Title") %}x{% endcall %}
{% call confirmation("Sure?", "/x", "Reject", form, {"decision": "reject"}) %}x{% endcall %}
{% call timeline() %}{{ event("Tom Nguyen", "Tom did it", then, note="n", details=["d"]) }}{% endcall %}
"""


def test_the_other_parts_render(draw):
    html = draw(PARTS, form=Form(version=2), then=datetime(2026, 3, 12, 14, tzinfo=UTC))
    for words in ('rel="next"', "6,214", "3,700", 'name="version" value="3"', 'name="confirm"', "You set the amount."):
        assert words in html


def test_the_conflict_shows_three_values_as_text_and_three_ways(draw):
    row = SimpleNamespace(
        field="notes", label="Notes", base="was", server="theirs", local="mine", typed="mine",
        input="text", multiline=True, options=[], together=None,
    )  # fmt: skip
    row.pieces = lambda side: [("same", getattr(row, side))]
    html = draw('{% from "components/conflict.html" import conflict_row %}{{ conflict_row(row, "Marcus") }}', row=row)
    assert 'data-conflict="notes"' in html
    for side, value in (("base", "was"), ("server", "theirs"), ("local", "mine")):
        assert f"data-{side} data-text>{value}</span>" in html
    for choice in ("server", "local", "merge"):
        assert f'name="resolve.notes" value="{choice}"' in html
    assert '<textarea class="field__input" name="notes"' in html


def test_days_and_devices_are_written_for_people(draw):
    html = draw(
        "{{ day|day }}; {{ browser|device }}",
        day=date(2020, 3, 12),
        browser="Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/130.0 Safari/537.36 Edg/130.0",
    )
    assert html == "Thu 12 Mar 2020; Edge on Mac"


def test_the_words_for_roles_exist():
    assert all(role.words for role in Role)
