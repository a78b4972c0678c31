"""/api/docs for people: by keyboard, on a desk and on a phone, with nothing from elsewhere."""

import pytest

READY = "html[data-ready]"


@pytest.fixture
def docs(page, live_server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/docs")
    page.wait_for_selector(READY)
    yield page
    assert all(url.startswith((live_server, "data:")) for url in asked)


def test_the_contents_lead_to_an_operation_by_keyboard(docs):
    docs.set_viewport_size({"width": 1440, "height": 900})
    link = docs.get_by_role("link", name="Write a turn")
    for _ in range(60):
        docs.keyboard.press("Tab")
        if link.evaluate("one => one === document.activeElement"):
            break
    docs.keyboard.press("Enter")
    docs.wait_for_function("document.querySelector('#write_turn').getBoundingClientRect().top < 200")
    docs.keyboard.press("Tab")
    assert docs.evaluate("document.activeElement.closest('#write_turn') !== null")


def test_on_a_phone_the_contents_are_folded_away_until_they_are_asked_for(docs):
    docs.set_viewport_size({"width": 390, "height": 844})
    link = docs.get_by_role("link", name="Write many rows")
    assert not link.is_visible()
    docs.get_by_text("Contents").press("Enter")
    link.click()
    docs.wait_for_function("document.querySelector('#write_batch').getBoundingClientRect().top < 200")
    assert docs.evaluate("document.scrollingElement.scrollWidth") <= 390
