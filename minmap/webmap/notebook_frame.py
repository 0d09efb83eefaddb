"""The frame in which a notebook shows a page: as wide as the cell, and tall enough to work in."""

from __future__ import annotations

from html import escape

# Where scripts may not run, as in a notebook of somebody else's, the frame is taken out and this
# is left of it; a browser that shows the frame never shows it.
_INSTEAD = "The map is not shown here: run the cell again, or trust the notebook."
_TALL = "aspect-ratio:5/3;min-height:min(480px,95vh);max-height:max(480px,85vh)"


def frame(page: str, *, title: str, width: str = "100%", height: str | None = None) -> str:
    """Put a page into an ``<iframe>`` that holds all of it.

    Parameters
    ----------
    page
        The whole HTML page.
    title
        What a screen reader calls the frame.
    width, height
        CSS lengths. A height of None follows the width, at least 480 px and at most 85 % of the
        window where it has the room.

    Returns
    -------
    str
        HTML in ASCII, so that it means the same in a page of any encoding: a script that came in
        other characters than it was hashed in would not run.

    Examples
    --------
    >>> frame("<p>Ж</p>", title="Map", height="300px")
    '<iframe title="Map" srcdoc="&lt;p&gt;&#1046;&lt;/p&gt;" style="display:block;border:0;...
    """
    tall = _TALL if height is None else f"height:{height}"
    style = escape(f"display:block;border:0;width:{width};{tall}")
    html = (
        f'<iframe title="{escape(title)}" srcdoc="{escape(page)}" style="{style}" '
        f"allowfullscreen>{_INSTEAD}</iframe>"
    )
    return html.encode("ascii", "xmlcharrefreplace").decode("ascii")
