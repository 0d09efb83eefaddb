"""The filters of a layer of points: validated, and applied to its rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from minmap.arguments import require_one_of, shown
from minmap.errors import ChoiceError
from minmap.scene.facets import HIDDEN, TEXT
from minmap.scene.filter_choices import require_choice, require_terms
from minmap.scene.folding import folded
from minmap.scene.passing_records import passing_records
from minmap.types import AnyArray, Booleans
from minmap.webmap import PointLayer

Filters = dict[str, Any]


def valid_filters(layer: PointLayer, filters: Any, *, name: str) -> Filters:
    """Check the filters of a layer; return them in one form without those that keep every record.

    Parameters
    ----------
    layer
        The layer that is filtered.
    filters
        By the name of a column: one or several of its terms (None is a missing one, True and False
        are "yes" and "no"), or a lower and an upper bound (None means no bound), which are ISO
        texts for dates. ``critical`` takes critical lists, ``hidden`` labels of the legend,
        ``text`` words of names. None instead of the dict means no filters.
    name
        How an error message names the filters.

    Raises
    ------
    ChoiceError
        If `filters` is not a dict, a column or a term is unknown, or bounds are not two numbers.

    Examples
    --------
    >>> import minmap as mm
    >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> (layer,) = mm.Map(deposits).layers()
    >>> valid_filters(layer, {"country": "KAZ", "commodities": None}, name="filters")
    {'country': ['KAZ']}
    """
    known: Filters = {}
    for key, value in require_dict({} if filters is None else filters, name=name).items():
        require_one_of(key, [*layer.facets, HIDDEN, TEXT], name=f"{name}: column")
        here = f"{name}[{key!r}]"
        if value is None:
            continue
        if key == TEXT:
            choice: Any = str(value).strip() if folded(str(value)) else ""
        elif key == HIDDEN:
            choice = require_terms(value, layer.labels, {}, name=here)
        else:
            choice = require_choice(value, layer.facets[key], layer.columns.arrays, name=here)
        if choice and choice != (None, None):
            known[key] = choice
    return known


def require_dict(value: Any, *, name: str) -> Mapping[str, Any]:
    """Return a dict; raise `ChoiceError` if it is not one.

    Examples
    --------
    >>> require_dict([], name="filters")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: filters=[] is not a dict; give one, such as {} for none.
    """
    if isinstance(value, Mapping):
        return value
    raise ChoiceError(f"{name}={shown(value)} is not a dict; give one, such as {{}} for none.")


def passing(layer: PointLayer, filters: Filters) -> Booleans:
    """Return which drawn records of a layer pass, in the order of the table.

    Examples
    --------
    >>> import minmap as mm
    >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> (layer,) = mm.Map(deposits).layers()
    >>> int(passing(layer, {"text": "baqyrchik"}).sum())
    1
    """
    passes = np.ones(len(layer.styles), dtype=bool)
    for key, choice in filters.items():
        if key == TEXT:
            passes &= _contains_words(layer, choice)
        elif key == HIDDEN:
            hidden = [style for style, label in enumerate(layer.labels) if label in choice]
            passes &= ~np.isin(layer.styles, hidden)
        else:
            passes &= passing_records(layer.facets[key], choice, layer.columns.arrays)
    return passes


def _contains_words(layer: PointLayer, text: str) -> Booleans:
    """Return which records have all words of a text, as the page's search does."""
    names = [_folded_column(layer, column) for column in layer.columns.searched()]
    joined = ["\x1f".join(texts) for texts in zip(*names, strict=True)]
    coded = [_code_words(layer, column) for column in layer.columns.searched_codes()]
    passes = np.ones(len(layer.styles), dtype=bool)
    for word in folded(text).split():
        found = np.array([word in text for text in joined], dtype=bool)
        for indices, texts in coded:
            begins = [any(other.startswith(word) for other in text.split()) for text in texts]
            found |= np.array([*begins, False], dtype=bool)[indices]
        passes &= found
    return passes


def _code_words(layer: PointLayer, column: int) -> tuple[AnyArray, list[str]]:
    """Return the texts of a column as folded words of their codes, and which one each row has."""
    array = layer.columns.arrays[column]
    field = layer.columns.localized("en")[column]
    tables = [field.get("words", {}), field.get("found", {})]

    def words(text: str) -> str:
        codes = text.split() if field.get("codes") else [text]
        return folded(" ".join([*codes, *(one.get(code, "") for code in codes for one in tables)]))

    texts = [words(str(text)) for text in array.dictionary.to_pylist()]
    return array.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False), texts


def _folded_column(layer: PointLayer, column: int) -> list[str]:
    array, prefix = layer.columns.arrays[column], layer.columns.fields[column].get("prefix", "")
    coded = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)
    known = [folded(f"{prefix}{text}") for text in coded.dictionary.to_pylist()]
    return ["" if code is None else known[code] for code in coded.indices.to_pylist()]
