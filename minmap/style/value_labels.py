"""Values of a column as the texts by which a legend shows and finds them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from minmap.types import AnyArray, Integers


def label_of(value: Any) -> str:
    """Return a value as the legend shows it; a missing value and blank text become empty.

    Examples
    --------
    >>> label_of(1.0), label_of(True), label_of(pd.Timestamp("2020-01-01")), label_of(None)
    ('1', 'yes', '2020-01-01', '')
    >>> label_of(["Cu", "Au"])
    'Cu, Au'
    """
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else f"{value:.15g}"
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, (list, tuple, np.ndarray)):
        return ", ".join(map(label_of, value))
    if isinstance(value, pd.Timestamp):
        return str(value).removesuffix(" 00:00:00")
    text = str(value)
    return text if text.strip() else ""


def number_text(number: float) -> str:
    """Return a limit as text, with grouped thousands if it cannot be a year.

    Examples
    --------
    >>> number_text(1990.0), number_text(-12500.0)
    ('1990', '−12,500')
    """
    is_plain = abs(number) < 10_000 or abs(number) >= 1e15
    return f"{number:{'' if is_plain else ','}.15g}".replace("-", "−")


def labelled(values: pd.Series) -> tuple[AnyArray, Integers]:
    """Return the labels of the distinct values of a column, and the label of each row.

    The last label is that of missing values, "". Values may share a label.

    Examples
    --------
    >>> labels, rows = labelled(pd.Series(["b", "a", "b", None]))
    >>> labels.tolist(), rows.tolist()
    (['b', 'a', ''], [0, 1, 0, 2])
    """
    try:
        rows, distinct = pd.factorize(values)  # -1 where missing
    except (TypeError, pa.ArrowException):  # compare lists and dicts by their text
        texts = [label_of(value) or None for value in values.astype(object)]
        rows, distinct = pd.factorize(pd.Series(texts, dtype=object))
    labels = np.array([*map(label_of, distinct), ""], dtype=object)
    return labels, np.where(rows < 0, len(distinct), rows)


def in_own_order(values: pd.Series) -> list[str] | None:
    """Return the labels of values that have an order: categories in theirs, numbers ascending.

    None for values without an order. Categories without a row may be among them.

    Examples
    --------
    >>> in_own_order(pd.Series(pd.Categorical(["b"], ["b", "a"], ordered=True)))
    ['b', 'a']
    >>> in_own_order(pd.Series([10, 9])), in_own_order(pd.Series(["b", "a"]))
    (['9', '10'], None)
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        return [label_of(value) for value in values.cat.categories] if values.cat.ordered else None
    if pd.api.types.is_any_real_numeric_dtype(values):
        return [label_of(value) for value in np.sort(values.dropna().unique())]
    return None
