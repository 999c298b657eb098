"""What both forms have: names of fields, announcements, the still picture, escaped text."""

import html

import ipywidgets as w
import pytest
from form_reading import IDS, fetched, inside

import spacekit as sk
from spacekit.forms import parts


@pytest.mark.parametrize("kind", ["fetch", "explore"])
def test_every_field_has_a_name(kind: str) -> None:
    """Each field and button has a label that a screen reader reads, and none has an order of its own."""
    made = sk.FetchForm() if kind == "fetch" else sk.AudienceExplorer(sk.sample_batch())
    fields = [x for x in inside(made) if isinstance(x, w.DOMWidget) and hasattr(x, "description")]
    unnamed = [x for x in fields if not isinstance(x, w.HTML | w.IntProgress) and not x.description]
    assert unnamed == []
    assert len(fields) > 5
    assert all(getattr(x, "tabbable", None) is None for x in fields)  # ipywidgets 7 has none
    made.close()


def test_status_is_announced(form: sk.FetchForm) -> None:
    """How things stand is a status that screen readers announce."""
    assert 'role="status"' in form.status.value
    assert 'aria-live="polite"' in form.status.value


def test_still_picture_where_widgets_do_not_run(form: sk.FetchForm, explorer: sk.AudienceExplorer) -> None:
    """Next to the widget comes HTML that calls itself a still picture, with table, chart and code."""
    for made in (fetched(form, "\n".join(IDS[:3])), explorer):
        bundle = made._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle
        still = bundle["text/html"]
        for piece in ("A still picture", "<table", "<img alt=", "The same in code"):
            assert piece in still


def test_repr_is_short_and_stable(form: sk.FetchForm, explorer: sk.AudienceExplorer) -> None:
    """The repr says what is there, the same each time."""
    assert repr(form) == "FetchForm(None)"
    assert repr(explorer) == f"AudienceExplorer({len(IDS)} of {len(IDS)} Spaces in view)"


def test_code_is_escaped() -> None:
    """Code with marks of HTML in it is shown as it is."""
    assert html.escape("a < b & c") in parts.code("a < b & c")
