"""How Sphinx makes the site of the documentation; `scripts/build_site.py` gathers its pages and runs it."""

import re
from typing import Any

from sphinx.application import Sphinx

import spacekit

_SEVERAL = re.compile(r"^:ivar \w+(, \w+)+:")  # attributes that are described together

project = "spacekit"
copyright = "the authors of spacekit"  # noqa: A001  # Sphinx's name
release = version = spacekit.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # notebooks are shown as they were executed, which nbval checks
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # it would come from the network
suppress_warnings = ["mystnb.unknown_mime_type"]  # a widget is shown as its picture

default_role = "code"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_type_aliases = {name: name for name in ("Spaces", "Observations", "Posts", "By")}
add_module_names = False
python_use_unqualified_type_names = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True  # attributes that a docstring lists are also found as members

html_theme = "pydata_sphinx_theme"
html_title = "spacekit"
html_static_path = ["static"]
html_css_files = ["spacekit.css"]
toc_object_entries = False
html_show_sourcelink = html_copy_source = html_show_sphinx = False
html_show_search_summary = False  # it is fetched, which browsers refuse for files
html_sidebars = {"index": [], "gallery": [], "changelog": [], "data-dictionary": []}
html_theme_options = {
    "logo": {"text": "spacekit"},
    "navbar_align": "left",
    "navbar_persistent": [],
    "navbar_end": ["search-button", "theme-switcher"],
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "tango",
    "pygments_dark_style": "monokai",
}


def setup(app: Sphinx) -> None:
    """Change what Sphinx makes of some signatures and docstrings."""

    def in_words(*event: Any) -> tuple[str | None, str | None]:
        """Write a default that has no plain repr as it stands in the code: no signature that has one can be read."""
        signature, returned = event[-2:]
        return signature and signature.replace("<built-in function sleep>", "time.sleep"), returned

    def as_one_name(*event: Any) -> None:
        """Keep the names of several attributes together: Sphinx takes all but the last for its type."""
        lines = event[-1]
        lines[:] = [_SEVERAL.sub(lambda found: found[0].replace(", ", ",\u200b"), line) for line in lines]

    app.connect("autodoc-process-signature", in_words)
    app.connect("autodoc-process-docstring", as_one_name, priority=600)  # after napoleon
