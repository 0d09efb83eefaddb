"""The verdict on minmap's range beside a published one, for the tables of the page of access."""

from __future__ import annotations

import numpy as np
import pandas as pd


def verdict(row: pd.Series, published: tuple[float, float], own: np.ndarray) -> str:
    """Return whether minmap's middle value lies in the published range, and if not, where.

    Parameters
    ----------
    row
        ``subject``, and ``why`` the middle value differs, which must be said if it does.
    published
        Low and high, as the table shows them.
    own
        Low, middle and high of minmap, as the table shows them.
    """
    low, high = published
    first, middle, last = own
    if low <= middle <= high:
        return "within"
    if not row["why"]:
        raise SystemExit(f"{row['subject']}: say in the table of ways why it differs")
    side = "below" if middle < low else "above"
    overlaps = first <= high and last >= low
    return f"{side}, ranges {'overlap' if overlaps else 'apart'}"
