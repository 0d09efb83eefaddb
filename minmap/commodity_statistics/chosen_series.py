"""The series that a word for a commodity means."""

from collections.abc import Sequence
from typing import Final

from minmap.arguments import did_you_mean, nearest_choice, shown
from minmap.commodity_statistics.world_tables import SOURCE, Series
from minmap.errors import ChoiceError
from minmap.vocabulary import members, parents, resolve_commodity

_SHOWN: Final = 8
_LISTED: Final = "statistics()['commodity_name'].unique() lists all."


def series_of_commodity(word: str, series: Sequence[Series]) -> tuple[Series, ...]:
    """Return the series of a commodity.

    Parameters
    ----------
    word
        The name of a commodity or chapter as the source prints it, which means its series only; or
        any word that `minmap.vocabulary.resolve_commodity` knows, and a group has the series of its
        members too; or else words of such a name.
    series
        The series to choose from.

    Raises
    ------
    ChoiceError
        If the word is unknown, or the source has nothing on the commodity. The message lists near
        names.

    Examples
    --------
    >>> from minmap.commodity_statistics.world_tables import all_series
    >>> [one.detail for one in series_of_commodity("Cr", all_series())][:2]
    ['Mine production', 'Reserves: Ore']
    >>> {one.commodity for one in series_of_commodity("Titanium Sponge Metal", all_series())}
    {'Titanium Sponge Metal'}
    >>> series_of_commodity("chromum", all_series())
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: commodity='chromum' is not known; did you mean 'Chromium'...
    """
    plain = _plain(word)
    named = tuple(one for one in series if plain in (_plain(one.commodity), _plain(one.chapter)))
    if named:
        return named
    try:
        codes = resolve_commodity(word)
    except ChoiceError:
        codes = ()
    wanted = {part for code in codes for part in (code, *members(code))}
    found = tuple(one for one in series if wanted.intersection(one.codes))
    words = set(plain.split())
    found = found or tuple(one for one in series if words <= {*_plain(one.commodity).split()})
    if found and words:
        return found
    if not codes:
        raise ChoiceError(f"commodity={shown(word)} is not known{_hint(word, series)}")
    raise ChoiceError(
        f"commodity={shown(word)} ({' '.join(codes)}) has no statistics in "
        f"{SOURCE['title']}{_groups_of(codes, series)}; {_LISTED}"
    )


def _groups_of(codes: Sequence[str], series: Sequence[Series]) -> str:
    """Return the groups of commodities without statistics of their own that have some."""
    listed = {code for one in series for code in one.codes}
    groups = [group for code in codes for group in parents(code) if group in listed]
    return f"; its group has: commodity={groups[0]!r}" if groups else ""


def _hint(word: str, series: Sequence[Series]) -> str:
    names = list(dict.fromkeys(one.commodity for one in series))
    near = nearest_choice(word, names)
    alike = [name for name in names if {*_plain(word).split()} & {*_plain(name).split()}]
    hints = [repr(name) for name in dict.fromkeys([*([near] if near else []), *alike])]
    return did_you_mean(hints[:_SHOWN], without=f"; {_LISTED}")


def _plain(text: str) -> str:
    """Return the words of a name: letters and digits in lower case."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
