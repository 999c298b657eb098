"""The pieces of a dashboard."""

from spacekit.forms import dashboard


def test_what_is_wrong_with_a_field_is_escaped() -> None:
    """A remark on a field is announced, and its text is text; no remark takes no room."""
    assert 'role="alert"' in dashboard.problem("x")
    assert "<b>" not in dashboard.problem("<b>")
    assert dashboard.problem("") == ""
