"""Keyword arguments: unknown ones are refused, and shared ones are shown by help()."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import wraps
from typing import Any, ParamSpec, TypeVar, get_args, get_type_hints

from minmap.arguments import shown
from minmap.errors import MinmapError

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")
_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def refuse_unknown_keywords(
    *, label: str, cures: Mapping[str, str] | None = None, defaults: Mapping[str, Any] | None = None
) -> Callable[[Callable[_Given, _Result]], Callable[_Given, _Result]]:
    """Decorate a function so that an unknown keyword raises an error that names similar ones.

    The signature of the decorated function lists the keys of ``**options: Unpack[TypedDict]`` one
    by one, so that ``help()`` and notebooks show them.

    Parameters
    ----------
    label
        The name of the function in the message.
    cures
        The cures, for keywords that users are likely to try.
    defaults
        Default values of the keys of the typed dictionary, for the signature. None where missing.

    Raises
    ------
    MinmapError
        If the decorated function is called with a keyword that it does not have.

    Examples
    --------
    >>> @refuse_unknown_keywords(label="draw", cures={"colour": "write color="})
    ... def draw(*, color: str = "red", title: str = "") -> None: ...
    >>> draw(titel="Mines")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: titel='Mines' is not an argument of draw; did you mean title=?
    >>> draw(colour="red")
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: colour='red' is not an argument of draw; write color=.
    """

    def decorate(function: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
        signature = _expanded(function, defaults or {})
        known = [name for name, one in signature.parameters.items() if one.kind in _BY_NAME]
        known = [name for name in known if name != "self"]

        @wraps(function)
        def checked(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
            for name, value in kwargs.items():
                if name not in known:
                    cure = (cures or {}).get(name) or _similar(name, known)
                    raise MinmapError(
                        f"{name}={shown(value)} is not an argument of {label}; {cure}"
                        f"{'' if cure.endswith('?') else '.'}"
                    )
            return function(*args, **kwargs)

        checked.__signature__ = signature  # type: ignore[attr-defined]
        return checked

    return decorate


def _similar(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known)
    if near:
        return f"did you mean {' or '.join(f'{other}=' for other in near)}?"
    return f"it takes {', '.join(known)}"


def _expanded(function: Callable[..., Any], defaults: Mapping[str, Any]) -> inspect.Signature:
    """Return the signature of a function with the keys of its ``**options`` in their place."""
    signature = inspect.signature(function)
    parameters: list[inspect.Parameter] = []
    for one in signature.parameters.values():
        if one.kind is not inspect.Parameter.VAR_KEYWORD:
            parameters.append(one)
            continue
        (typed,) = get_args(get_type_hints(function)[one.name])
        parameters += [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=defaults.get(name),
                annotation=annotation,
            )
            for name, annotation in get_type_hints(typed).items()
        ]
    return signature.replace(parameters=parameters)
