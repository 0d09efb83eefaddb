"""Pictures of matplotlib as files that are the same whatever the user's settings are."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from threading import RLock
from typing import Any, Final

from matplotlib import rc_context, rcdefaults, rcParams

_DRAWING: Final = RLock()  # settings of matplotlib are those of the whole process
_DRAWN: Final = list[ExitStack]()
_RC: Final[Any] = {
    "pdf.fonttype": 42, "svg.fonttype": "none", "svg.hashsalt": "minmap",
    "lines.scale_dashes": False, "path.simplify": True, "axes.unicode_minus": True,
}  # fmt: skip
# Without the time of writing, the same picture gives the same bytes.
_METADATA: Final[Mapping[str, Mapping[str, Any]]] = {
    ".pdf": {"CreationDate": None, "ModDate": None, "Creator": "minmap"},
    ".svg": {"Date": None, "Creator": "minmap"},
    ".png": {"Software": "minmap"},
}
_FOR_SOURCES: Final[Mapping[str, str]] = {
    ".pdf": "Subject",
    ".svg": "Source",
    ".png": "Description",
}
"""The entry of the metadata that lists the sources."""


def picture_metadata(ending: str, sources: str) -> dict[str, Any]:
    """Return what a file says of itself, with all sources.

    Parameters
    ----------
    ending
        One of `minmap.output.PICTURES`.
    sources
        The sources as one text; empty without any.

    Examples
    --------
    >>> picture_metadata(".png", "A, 2020; B, 2021")
    {'Software': 'minmap', 'Description': 'Sources: A, 2020; B, 2021.'}
    """
    if not sources:
        return dict(_METADATA[ending])
    return {**_METADATA[ending], _FOR_SOURCES[ending]: f"Sources: {sources}."}


@contextmanager
def drawing_settings() -> Iterator[None]:
    """Draw with matplotlib's own settings and ours, whatever the user's are, one at a time.

    Its remarks on fonts without bold letters are left out.
    """
    remarks = logging.getLogger("matplotlib.font_manager")
    with _DRAWING, ExitStack() as settings:
        settings.enter_context(rc_context())
        settings.callback(remarks.removeFilter, _is_no_remark)
        _DRAWN.append(settings)
        settings.callback(_DRAWN.remove, settings)
        rcdefaults()
        rcParams.update(_RC)
        remarks.addFilter(_is_no_remark)
        yield


def _end_drawing() -> None:
    """End the drawing of threads that do not exist in a new process."""
    _DRAWING._at_fork_reinit()  # type: ignore[attr-defined]
    while _DRAWN:
        _DRAWN[-1].close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_end_drawing)


def _is_no_remark(record: logging.LogRecord) -> bool:
    return "font weight" not in record.getMessage()
