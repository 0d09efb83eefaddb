"""Sphinx: ``sphinx-build -W -b html docs site`` builds the documentation, warnings as errors.

The pages fetch nothing from another host, so that they open from disk.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import minmap

REPO = Path(__file__).resolve().parents[1]

project = "minmap"
author = "The minmap developers"
copyright = author  # noqa: A001  Sphinx's name
version = release = minmap.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "myst_nb",
]
exclude_patterns = ["_templates"]
templates_path = ["_templates"]
autosummary_generate = True
autodoc_typehints = "none"  # the numpydoc sections say what each parameter takes
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
default_role = "py:obj"
python_use_unqualified_type_names = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_execution_in_temp = True

html_theme = "pydata_sphinx_theme"
html_title = f"minmap {version}"
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False


def _copy(folder: str, pattern: str) -> None:
    """Copy files that belong elsewhere in the repository to where Sphinx reads them."""
    target = REPO / "docs" / "generated" / folder
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted((REPO / folder).glob(pattern)):
        shutil.copy(file, target / file.name)


_copy("notebooks", "*.ipynb")
