"""The scripts and the style of the widgets: files of this folder, so that nothing comes from the network."""

from pathlib import Path

_HERE = Path(__file__).parent


def script(name: str) -> str:
    """Return the code of a widget, with what all share before it."""
    return "\n".join((_HERE / file).read_text(encoding="utf-8") for file in ("shared.js", name))


def style() -> str:
    """Return the style of all widgets."""
    return (_HERE / "form.css").read_text(encoding="utf-8")
