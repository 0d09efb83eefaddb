"""The sources of a corridor or network: who published the data, and on what terms."""

from collections.abc import Iterable, Mapping
from typing import Any

from minmap.arguments import items_of, require_kind

Sources = tuple[dict[str, str], ...]


def source_list(given: Iterable[Mapping[str, Any]]) -> Sources:
    """Return copies of sources with their values as text; each source once.

    Parameters
    ----------
    given
        Mappings with ``title``, ``citation``, ``licence`` and ``url``. Missing values are left
        out.

    Raises
    ------
    MinmapError
        If `given` is not a list, or an item is not a mapping.

    Examples
    --------
    >>> source_list([{"title": "Atlas", "url": None}, {"title": "Atlas"}])
    ({'title': 'Atlas'},)
    """
    cure = "give a list of dictionaries, such as [{'title': 'Atlas', 'url': 'https://...'}]"
    items = items_of(given)
    if items is None:
        items = require_kind(given, list, name="sources", cure=cure)
    sources: list[dict[str, str]] = []
    for number, item in enumerate(items):
        require_kind(item, Mapping, name=f"sources[{number}]", cure=cure)
        source = {str(name): str(text) for name, text in item.items() if text is not None}
        if source not in sources:
            sources.append(source)
    return tuple(sources)
