"""The frame in which a notebook shows a page."""

from __future__ import annotations

from html import escape

# Notebooks that are not trusted remove the frame and show this text.
_FALLBACK = "The map is not shown here: run the cell again, or trust the notebook."
_DEFAULT_HEIGHT = "aspect-ratio:5/3;min-height:min(480px,95vh);max-height:max(480px,85vh)"


def iframe(page: str, *, title: str, width: str = "100%", height: str | None = None) -> str:
    """Return an ``<iframe>`` that contains a page.

    Parameters
    ----------
    page
        The whole HTML page.
    title
        Name of the frame for screen readers.
    width, height
        CSS lengths. A height of None is 3/5 of the width, at least 480 px and at most 85 % of the
        window if it has the room.

    Returns
    -------
    str
        HTML in ASCII, so that it does not depend on the encoding of the notebook: scripts run only
        if their characters are those that were hashed.

    Examples
    --------
    >>> iframe("<p>Ж</p>", title="Map", height="300px")
    '<iframe title="Map" srcdoc="&lt;p&gt;&#1046;&lt;/p&gt;" style="display:block;border:0;...
    """
    tall = _DEFAULT_HEIGHT if height is None else f"height:{height}"
    style = escape(f"display:block;border:0;width:{width};{tall}")
    html = (
        f'<iframe title="{escape(title)}" srcdoc="{escape(page)}" style="{style}" '
        f"allowfullscreen>{_FALLBACK}</iframe>"
    )
    return html.encode("ascii", "xmlcharrefreplace").decode("ascii")
