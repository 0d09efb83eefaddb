"""Values of a column found by the names that legends and filters show for them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from minmap.errors import ChoiceError, MinmapError

_LISTED: Final = 40
_NEAR: Final = 5


class Names(dict[str, str]):
    """The English names of values, by value, and their names in other languages.

    Parameters
    ----------
    names
        English names.
    more
        Function that returns the values that a text means in any language.

    Examples
    --------
    >>> names = Names({"Cu": "Copper"}, lambda text: {"Cu"} if text == "медь" else set())
    >>> names["Cu"], named_value("медь", ["Au", "Cu"], names, argument="legend_order")
    ('Copper', 'Cu')
    """

    def __init__(self, names: Mapping[str, str], more: Callable[[str], Container[str]]) -> None:
        super().__init__(names)
        self.more = more


def named_value(
    value: str, known: Iterable[str], names: Mapping[str, str], *, argument: str
) -> str:
    """Return the value of a column that an argument means: itself, or that of its name.

    Parameters
    ----------
    value
        A value, or the name of one; case does not matter in names.
    known
        The values of the column.
    names
        Their names, such as those of codes of countries; `Names` are found in any language.
    argument
        Name of the argument, for the message.

    Raises
    ------
    ChoiceError
        If there is no such value, or several have the name. The message lists values with their
        names.

    Examples
    --------
    >>> named_value("kazakhstan", ["KAZ", "UZB"], {"KAZ": "Kazakhstan"}, argument="legend_order")
    'KAZ'
    >>> named_value("Kazakstan", ["KAZ", "UZB"], {"KAZ": "Kazakhstan"}, argument="legend_order")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: legend_order='Kazakstan' is not known; did you mean 'KAZ', shown as
    Kazakhstan? Choose one of: KAZ (Kazakhstan), UZB.
    """
    choices = list(dict.fromkeys(known))
    found = meant_value(value, choices, names)
    if found is not None:
        return found
    near = _near(value, choices, names)
    first = f"; did you mean {_shown(near[0], names)}?" if near else "."
    listed = with_names(sorted(filter(None, choices)), names)
    if len(choices) <= _LISTED:
        raise ChoiceError(
            f"{argument}={value!r} is not known{first} Choose one of: {', '.join(listed)}."
        )
    such = [_shown(one, names) for one in near or choices[:_NEAR]]
    raise ChoiceError(
        f"{argument}={value!r} is not one of the {sum(map(bool, choices)):,} values of the column, "
        f"such as {', '.join(such)}."
    )


def with_names(values: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return values as a message lists them, each with its name.

    Examples
    --------
    >>> with_names(["KAZ", "other"], {"KAZ": "Kazakhstan"})
    ['KAZ (Kazakhstan)', 'other']
    """
    return [f"{value} ({names[value]})" if value in names else value for value in values]


def meant_value(value: str, known: Iterable[str], names: Mapping[str, str]) -> str | None:
    """Return the value that is meant, as `named_value`; None if there is none or several."""
    choices = list(known)
    if value in choices:
        return value
    wanted = value.strip().casefold()
    found = [one for one in choices if names.get(one, "").casefold() == wanted]
    if not found and isinstance(names, Names):
        meant = names.more(value)
        found = [one for one in choices if one in meant]
    return found[0] if len(found) == 1 and wanted else None


def by_value(
    wishes: Mapping[str, Any], known: Iterable[str], names: Mapping[str, str], *, argument: str
) -> dict[str, Any]:
    """Return a mapping given as an argument, with values in place of the names in its keys.

    Raises
    ------
    MinmapError
        If two keys mean one value.

    Examples
    --------
    >>> names = {"Au": "Gold", "Ag": "Silver"}
    >>> by_value({"Gold": "red", "Silver": "grey"}, ["Au"], names, argument="palette")
    {'Au': 'red', 'Silver': 'grey'}
    """
    choices = set(known)
    keys: dict[str, str] = {}
    for key in wishes:
        value = meant_value(key, choices, names) or key
        if value in keys:
            raise MinmapError(
                f"{argument}= names one value of the column twice, as {keys[value]!r} and as "
                f"{key!r}; leave one out."
            )
        keys[value] = key
    return {value: wishes[key] for value, key in keys.items()}


def _near(value: str, choices: list[str], names: Mapping[str, str]) -> list[str]:
    """Return the values that resemble a text, or whose names do, the most similar first."""
    texts: dict[str, str] = {}
    for one in choices:
        for text in (one, names.get(one, one)):
            texts.setdefault(text.casefold(), one)
    near = get_close_matches(value.casefold(), texts, n=_NEAR)
    return list(dict.fromkeys(texts[text] for text in near))


def _shown(value: str, names: Mapping[str, str]) -> str:
    return f"{value!r}, shown as {names[value]}" if value in names else repr(value)
