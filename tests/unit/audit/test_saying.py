"""A row of the audit in words."""

from turns_web.audit.saying import words
from turns_web.core.fields import Field


def test_a_moment_of_a_column_that_nobody_described_is_said_as_a_moment():
    said = words(Field(label="Submitted at"), "2026-11-21T14:28:39.863016-08:00", {})
    assert said == "21 Nov 2026 22:28 UTC"
    assert words(Field(label="Name"), "2026-11-21T14:28", {}) == "2026-11-21T14:28"
