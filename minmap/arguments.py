"""Check the arguments of public functions.

Every ``require_*`` function returns the argument in the form that the caller works with, or raises
an error that names the argument, shows the value, lists the choices and states the cure.
"""

import inspect
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from functools import wraps
from numbers import Integral, Real
from pathlib import Path
from types import FunctionType
from typing import Any, Final, ParamSpec, TypedDict, TypeVar

import numpy as np
import pandas as pd

from minmap.errors import ChoiceError, FileError, MinmapError
from minmap.types import Floats

_Kind = TypeVar("_Kind")
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")
_SHOWN_LETTERS: Final = 60
_LONGEST_NAME = 255  # bytes of a name, on usual file systems
_MOST_LISTED: Final = 30

NOTHING_NEAR: Final = ", and nothing is near it."
"""What to pass to `did_you_mean` where the choices are too many to be listed."""


def shown(value: object) -> str:
    """Return the text of a value for a message: one short line.

    Examples
    --------
    >>> shown("500 km"), shown([1, 2]), shown(range(100))
    ("'500 km'", '[1, 2]', 'range(0, 100)')
    """
    text = _short_repr(value)
    return f"a value of type {type(value).__name__}" if text is None else text


def _short_repr(value: object) -> str | None:
    """Return the repr of a value; None if it fails, is long or has several lines."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  # the repr of a user's class may raise anything
        return None
    if isinstance(value, str) and len(text) > _SHOWN_LETTERS:
        return f"{value[:_SHOWN_LETTERS]!r}..."
    return None if "\n" in text or len(text) > _SHOWN_LETTERS else text


def require_number(
    value: Any,
    *,
    name: str,
    like: float,
    least: float = -math.inf,
    above: float = -math.inf,
    most: float = math.inf,
    unit: str = "",
    error: type[MinmapError] = MinmapError,
) -> float:
    """Return `value` as a float if it is one finite number in its range.

    Parameters
    ----------
    value
        The value to check.
    name
        Name of the argument, for the message.
    like
        A valid value, shown as an example in the message.
    least, above, most
        Bounds: the number must be at least `least`, greater than `above` and at most `most`.
    unit
        Unit of the number, for the message.
    error
        Class of the error to raise.

    Raises
    ------
    MinmapError
        If `value` is text, a Boolean, a list, an array, missing, infinite or out of range.

    Examples
    --------
    >>> require_number(2, name="within_km", like=2, least=0, unit="km")
    2.0
    >>> require_number("2 km", name="within_km", like=2, least=0, unit="km")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: within_km='2 km' is not a number of km from 0 up; give one number,
    such as within_km=2.
    """
    number = _finite(value)
    if number is None or not (number >= least and above < number <= most):
        of_unit = f" of {unit}" if unit else ""
        bound = f" from {least:g} up" if least > -math.inf else ""
        bound += f" above {above:g}" if above > -math.inf else ""
        bound += f" and at most {most:,.0f}" if most < math.inf else ""
        raise error(
            f"{name}={shown(value)} is not a number{of_unit}{bound}; give one number, such as "
            f"{name}={like:g}."
        )
    return number


def _finite(value: Any) -> float | None:
    if not isinstance(value, Real) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (OverflowError, TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def require_whole(value: Any, *, name: str, like: int, least: int, most: int) -> int:
    """Return `value` as an int if it is a whole number from `least` to `most`.

    Raises
    ------
    MinmapError
        If it is not.

    Examples
    --------
    >>> require_whole(1435.0, name="gauge_mm", like=1520, least=1, most=10_000)
    1435
    """
    number = _finite(value)
    exact = isinstance(value, Integral) or (number is not None and number.is_integer())
    if number is None or not exact or not least <= number <= most:
        raise MinmapError(
            f"{name}={shown(value)} is not a whole number from {least:,} to {most:,}; give one, "
            f"such as {name}={like}."
        )
    return int(number)


def require_numbers(value: Any, *, name: str, like: float, unit: str = "") -> Floats:
    """Return `value` as an array of floats if it is a number or a list or array of numbers.

    Parameters
    ----------
    value
        The value to check. None and pandas.NA become NaN.
    name, like, unit
        As for `require_number`.

    Returns
    -------
    numpy.ndarray
        Same shape as `value`; (1,) for a single number.

    Raises
    ------
    MinmapError
        If it is text, a Boolean, a list with anything other than numbers in it, or contains a
        number too large for a float.

    Examples
    --------
    >>> require_numbers([24, None], name="within_hours", like=24).tolist()
    [24.0, nan]
    >>> require_numbers("24 h", name="within_hours", like=24, unit="hours")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: within_hours='24 h' is neither a number of hours nor a list of them;
    give one, such as within_hours=24 or within_hours=[24].
    """
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            array = np.array([_number_or_nan(item) for item in array.flat]).reshape(array.shape)
        if array.dtype.kind in "iuf":
            return np.atleast_1d(array.astype(np.float64))
    except (TypeError, ValueError, OverflowError):  # such as lists of unequal length
        pass
    of_unit = f" of {unit}" if unit else ""
    raise MinmapError(
        f"{name}={shown(value)} is neither a number{of_unit} nor a list of them; give one, "
        f"such as {name}={like:g} or {name}=[{like:g}]."
    )


def _number_or_nan(item: Any) -> float:
    if item is None or item is pd.NA:
        return math.nan
    if not isinstance(item, Real) or isinstance(item, bool):
        raise TypeError
    return float(item)


def require_text(value: Any, *, name: str, like: str) -> str:
    """Return `value` if it is text.

    Raises
    ------
    MinmapError
        If it is something else.

    Examples
    --------
    >>> require_text(["a"], name="title", like="Deposits")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: title=['a'] is not text; give text, such as title='Deposits'.
    """
    if not isinstance(value, str):
        raise MinmapError(f"{name}={shown(value)} is not text; give text, such as {name}={like!r}.")
    return value


def require_words(value: Any, *, name: str, like: str, more: str = "") -> tuple[str, ...]:
    """Return the texts of an argument that takes one text or several.

    Parameters
    ----------
    value
        A text, or any iterable of texts except a mapping. A set is sorted.
    name
        Name of the argument, for the message.
    like
        A valid text, shown as an example in the message.
    more
        A sentence to add to the message.

    Raises
    ------
    MinmapError
        If it is neither text nor texts.

    Examples
    --------
    >>> require_words("RUS", name="avoid", like="RUS"), require_words([], name="avoid", like="RUS")
    (('RUS',), ())
    """
    if isinstance(value, str):
        return (value,)
    words = items_of(value)
    if words is None or not all(isinstance(word, str) for word in words):
        raise MinmapError(
            f"{name}={shown(value)} is neither text nor a list of texts; give one or several, "
            f"such as {name}={like!r} or {name}=[{like!r}].{more}"
        )
    return tuple(sorted(words)) if isinstance(value, set | frozenset) else tuple(words)


def items_of(value: Any) -> list[Any] | None:
    """Return the items of an iterable; None for text, bytes, a mapping and anything else.

    Examples
    --------
    >>> items_of((1, 2)), items_of("abc"), items_of(5)
    ([1, 2], None, None)
    """
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return None
    try:
        return list(value)
    except (TypeError, ValueError):  # such as an array without dimensions
        return None


def require_flag(value: Any, *, name: str) -> bool:
    """Return `value` if it is True or False, of Python or numpy.

    Raises
    ------
    MinmapError
        If it is something else.

    Examples
    --------
    >>> require_flag("yes", name="show")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: show='yes' is neither True nor False; give one of them.
    """
    if not isinstance(value, bool | np.bool_):
        raise MinmapError(f"{name}={shown(value)} is neither True nor False; give one of them.")
    return bool(value)


def require_kind(
    value: Any, kind: type[_Kind] | tuple[type[_Kind], ...], *, name: str, cure: str
) -> _Kind:
    """Return `value` if it is an instance of `kind`.

    Parameters
    ----------
    value
        The value to check.
    kind
        The required class, or a tuple of classes.
    name
        Name of the argument, for the message.
    cure
        The cure, for the message.

    Raises
    ------
    MinmapError
        If it is of another class.

    Examples
    --------
    >>> require_kind(5, dict, name="variants", cure="give a dictionary of variants by name")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: variants=5 is of type int; give a dictionary of variants by name.
    """
    if not isinstance(value, kind):
        of_type, text = f"of type {type(value).__name__}", _short_repr(value)
        named = f"{name} is a value" if text is None else f"{name}={text} is"
        raise MinmapError(f"{named} {of_type}; {cure}.")
    return value


def require_callback(value: Any, *, name: str, cure: str = "give a function") -> None:
    """Raise if `value` is neither None nor callable.

    Raises
    ------
    MinmapError
        If it is something else.

    Examples
    --------
    >>> require_callback(5, name="on_chunk", cure="give a function of one number")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: on_chunk=5 is of type int; give a function of one number.
    """
    if value is not None and not callable(value):
        require_kind(value, FunctionType, name=name, cure=cure)


def require_path(value: Any, *, name: str) -> Path:
    """Return `value` as a path, with ``~`` replaced by the home folder.

    Raises
    ------
    FileError
        If it is neither text nor a path, is empty, has a name longer than disks take, or contains
        a NUL character or half of a letter.

    Examples
    --------
    >>> require_path(5, name="path")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: path=5 is not the path of a file; give text or a pathlib.Path.
    """
    text = os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(text, str):
        raise FileError(
            f"{name}={shown(value)} is not the path of a file; give text or a pathlib.Path."
        )
    if not text:
        raise FileError(f"{name}='' is empty; give the path of a file.")
    if "\0" in text:
        raise FileError(
            f"{name}={shown(text)} contains a NUL character, which file names cannot; remove it."
        )
    try:
        longest = max((len(os.fsencode(part)) for part in Path(text).parts), default=0)
    except UnicodeEncodeError as error:  # half of a pair of surrogates
        raise FileError(
            f"{name}={shown(text)} has letters that no file name can have; write it anew."
        ) from error
    if longest > _LONGEST_NAME:
        raise FileError(
            f"{name}={shown(text)} is not the path of a file: a name in it has {longest:,} bytes, "
            f"and disks take at most {_LONGEST_NAME}; give a shorter one."
        )
    path = Path(text)
    with suppress(RuntimeError):  # no such user: Excel names its lock files ~$survey.xlsx
        path = path.expanduser()
    return path


def require_utf8_name(path: Path) -> None:
    r"""Raise if the name of a file or of a folder above it has bytes that are not UTF-8.

    Most libraries open no such file. Archives from Windows have them, unpacked on another system.

    Raises
    ------
    FileError
        If it has.

    Examples
    --------
    >>> require_utf8_name(Path("/data/\udcef\udcf0.csv"))
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: '\udcef\udcf0.csv' is a name with bytes that are not UTF-8, so that not
    every library can open the file; rename it.
    """
    for part in path.absolute().parts:
        if part.encode(errors="ignore").decode() != part:
            what = "file" if part == path.name else f"files in this folder, such as {path.name!a}"
            raise FileError(
                f"{part!a} is a name with bytes that are not UTF-8, so that not every library can "
                f"open the {what}; rename it."
            )


def require_one_of(
    value: str,
    options: Iterable[str],
    *,
    name: str,
    synonyms: Mapping[str, str] | None = None,
    more: str = "",
) -> str:
    """Return `value` if it is one of `options`; raise `ChoiceError` otherwise.

    Parameters
    ----------
    value
        The value to check.
    options
        The allowed values.
    name
        Name of the argument, for the message.
    synonyms
        As of `nearest_choice`, for the message.
    more
        A sentence on what else the argument takes, for the message.

    Raises
    ------
    ChoiceError
        If `value` is not one of `options`. The message suggests the nearest and lists all.

    Examples
    --------
    >>> require_one_of("rail", ["rail", "sea"], name="mode")
    'rail'
    >>> require_one_of("rails", ["sea", "rail"], name="mode")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: mode='rails' is not known; did you mean 'rail'?
    Choose one of: rail, sea.
    """
    choices = list(options)
    if isinstance(value, str) and value in choices:
        return value
    near = nearest_choice(value, choices, synonyms=synonyms) if isinstance(value, str) else None
    hint = did_you_mean([] if near is None else [repr(near)])
    listed = ", ".join(sorted(choices))
    end = f" {more}" if more else ""
    raise ChoiceError(f"{name}={shown(value)} is not known{hint} Choose one of: {listed}.{end}")


def nearest_choice(
    value: str, choices: Iterable[str], *, synonyms: Mapping[str, str] | None = None
) -> str | None:
    """Return the choice that a text means or resembles; None if there is none.

    Parameters
    ----------
    value
        The text.
    choices
        The choices. Case, blanks and punctuation do not matter.
    synonyms
        Choices by the words that other programs have for them, in lower case without blanks and
        punctuation, or by signs.

    Examples
    --------
    >>> nearest_choice("equal_interval", ["EqualInterval", "Log"])
    'EqualInterval'
    >>> nearest_choice("Log 10", ["EqualInterval", "Log"], synonyms={"log10": "Log"})
    'Log'
    """
    plain = {_plain(choice): choice for choice in choices}
    known, wanted = {**plain, **(synonyms or {})}, _plain(value)
    near = get_close_matches(wanted, plain, n=1)
    return known.get(value) or known.get(wanted) or (plain[near[0]] if near else None)


def _plain(text: str) -> str:
    """Return the letters and digits of a text in lower case; a text without any as it is."""
    return "".join(filter(str.isalnum, text)).casefold() or text


def did_you_mean(near: Sequence[str], *, without: str = ".") -> str:
    """Return the end of a sentence about an unknown word: the nearest words, or `without` any.

    Examples
    --------
    >>> did_you_mean(["'Poti'"]), did_you_mean(["'Cu'", "'Ca'", "'Co'"]), did_you_mean([])
    ("; did you mean 'Poti'?", "; did you mean 'Cu'? Also near: 'Ca', 'Co'.", '.')
    """
    if not near:
        return without
    more = f" Also near: {', '.join(near[1:])}." if len(near) > 1 else ""
    return f"; did you mean {near[0]}?{more}"


def with_options(
    options: type, defaults: Mapping[str, object], *, cures: Mapping[str, str] | None = None
) -> Callable[[Callable[_Parameters, _Result]], Callable[_Parameters, _Result]]:
    """Restrict the ``**options`` of a function to the keywords of a TypedDict.

    The signature that help() and editors show lists the keywords with their defaults. A call
    passes the defaults on to the function.

    Parameters
    ----------
    options
        The TypedDict in ``**options: Unpack[...]`` of the function.
    defaults
        Value of each keyword that is not given. A keyword without a default is not passed on;
        keywords that `options` does not have are left out.
    cures
        Keywords that users are likely to try, each with the end of the message: what to do instead.

    Raises
    ------
    ChoiceError
        By the function, if it is called with another keyword.
    MinmapError
        By the function, if it is called with more arguments without keywords than it takes, or
        without one that it needs.

    Examples
    --------
    >>> from typing import TypedDict, Unpack
    >>> class Options(TypedDict, total=False):
    ...     avoid: str
    >>> @with_options(Options, {"avoid": "RUS"})
    ... def search(to, **options: Unpack[Options]):
    ...     return to, options
    >>> search("Poti")
    ('Poti', {'avoid': 'RUS'})
    >>> str(inspect.signature(search))
    "(to, *, avoid: str = 'RUS')"
    >>> search("Poti", avoit="sea")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: avoit='sea' is not an argument of search; did you mean 'avoid'?
    It takes: to, avoid.
    >>> search()
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: search needs to; give it, such as search(to=...).
    """

    def decorate(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        signature = inspect.signature(function)
        own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        passed_on = {name: defaults[name] for name in options.__annotations__ if name in defaults}
        shared = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=passed_on.get(name),
                annotation=getattr(hint, "__forward_arg__", hint),
            )
            for name, hint in options.__annotations__.items()
        ]
        names = [p.name for p in [*own, *shared] if p.name not in ("self", "cls")]
        title = function.__qualname__.removesuffix(".__init__")
        keyword_only = [p.name for p in [*own, *shared] if p.kind is p.KEYWORD_ONLY]
        most = len(own) + len(shared) - len(keyword_only)
        takes_all = any(p.kind is p.VAR_POSITIONAL for p in own)

        @wraps(function)
        def checked(*args: _Parameters.args, **keywords: _Parameters.kwargs) -> _Result:
            if len(args) > most and not takes_all:
                raise _one_too_many(title, args[most], keyword_only)
            for name, value in keywords.items():
                if name not in names:
                    called = f"{name}={shown(value)} is not an argument of {title}"
                    raise ChoiceError(f"{called}{_hint(name, names, cures or {})}")
            _require_all_given(title, own, len(args), keywords)
            for name, value in passed_on.items():
                keywords.setdefault(name, value)
            return function(*args, **keywords)

        checked.__signature__ = signature.replace(parameters=[*own, *shared])  # type: ignore[attr-defined]
        return checked

    return decorate


def _one_too_many(title: str, value: object, keyword_only: Sequence[str]) -> MinmapError:
    if not keyword_only:
        return MinmapError(f"{title} takes no argument {shown(value)}; leave it out.")
    return MinmapError(
        f"{title} takes {shown(value)} by a keyword only; write the name before it, such as "
        f"{keyword_only[0]}=."
    )


def _require_all_given(
    title: str, own: Sequence[inspect.Parameter], count: int, keywords: Mapping[str, object]
) -> None:
    """Raise if an argument without a default is absent, or is given twice.

    `own` are the parameters of a function, `count` the number of arguments without keywords.
    """
    by_position = [p.name for p in own if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    given = by_position[:count]
    for name in given:
        if name in keywords:
            raise MinmapError(f"{title} is given {name} twice; give it once.")
    lacking = [
        p.name
        for p in own
        if p.default is p.empty
        and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        and p.name not in (*given, *keywords)
    ]
    if lacking:
        call = ", ".join(f"{name}=..." for name in lacking)
        it = "it" if len(lacking) == 1 else "them"
        raise MinmapError(
            f"{title} needs {' and '.join(lacking)}; give {it}, such as {title}({call})."
        )


class NoOptions(TypedDict):
    """No keywords besides those of the function."""


check_keywords = with_options(NoOptions, {})
"""Decorate a function so that an unknown keyword raises ChoiceError with the nearest names."""


def _hint(name: str, names: list[str], cures: Mapping[str, str]) -> str:
    """Return the end of a message about an unknown keyword: the cure, then a list if it helps."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()  # of fillColor as JavaScript has it
    near = nearest_choice(name, names)
    hint = did_you_mean([] if near is None else [repr(near)], without="")
    cure = f"; {cures[snake]}" if snake in cures else hint
    if cure and len(names) > _MOST_LISTED:
        return cure
    return f"{cure or '.'} It takes: {', '.join(names) or 'nothing'}."
