"""Messages of the library in the words of the command line: ``crs='EPSG:4326'`` is ``--crs``."""

import ast
import re
import shlex
from collections.abc import Mapping
from typing import Any, Final

import click

_TEXT: Final = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_INNER: Final = rf"(?:{_TEXT}|[^'\"\[\](){{}}]|\[[^\[\]]*\]|\([^()]*\))*"
_VALUE: Final = (
    rf"(?:{_TEXT})|\[{_INNER}\]|\({_INNER}\)|{{{_INNER}}}|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|False|True"
)
# A text in quotes is a value, such as the name of a column, unless it follows an option.
_PART: Final = re.compile(
    rf"(?P<text>(?<!\w)(?:{_TEXT}))|(?<![\w.\"'-])(?P<name>[a-z]\w*)"
    rf"(?:\[(?P<key>{_TEXT}|\d+)\])?=(?P<value>{_VALUE})?(?![\w=])"
)
_NONE: Final = "none"
_COLUMN: Final = rf"table\[(?:{_TEXT})\]"
# The code that `minmap.number_texts.numbers_cure` writes.
_NUMBERS: Final = (
    rf"(?:pandas\.to_numeric\({_COLUMN}(?:\.str\.replace\(',', '\.'\))?, errors='coerce'\), "
    rf"which makes (?:{_TEXT}) missing|{_COLUMN}(?:\.str\.\w+\((?:{_TEXT}|, )+\))*\.astype\(float\)"
    r"(?: if its commas .*? if they are decimal)?)"
)
_IN_CELLS: Final = "in such cells of the file, or leave them empty"
# What to do instead of a call of Python, by the words of messages that name one.
_CURES: Final = {
    rf"read a table of coordinates first: minmap\.read\((?:{_TEXT}|file)\)": (
        "give a table of coordinates as IN"
    ),
    r"give columns= such as \{'latitude': '(.*?)', 'longitude': '(.*?)'\} to minmap\.read": (
        r"give --column latitude='\1' --column longitude='\2'"
    ),
    r"with \.set_crs\([^()]*\) or crs=": "with crs=",
    r": crs= for a file, frame\.set_crs\([^()]*\) for a table": " with crs=",
    r"mend it with polygon\.make_valid\(\)": "mend it, such as with Fix geometries of QGIS",
    r"minmap\.corridor\((?=')(.*?)\)": r"corridor=\1",
    r": see minmap\.vocabulary\.commodities\(\)": "",
    rf"give {_NUMBERS}": f"write numbers {_IN_CELLS}",
    rf"make numbers of it first, such as {_NUMBERS}": f"write numbers {_IN_CELLS}",
    rf"make dates of it first, such as pandas\.to_datetime\({_COLUMN}\)": (
        f"write dates {_IN_CELLS}"
    ),
    rf"(divide them by their greatest): {_COLUMN} / {_COLUMN}\.max\(\)": r"\1 in the file",
    r" (?:network\.nodes|minmap\.vocabulary\.\w+\(\)) lists all\.": "",
    r"pass the tables that were linked, such as review\(links, a, b\)": (
        "give the tables that were linked as IN"
    ),
    r"pass it to link\(\.\.\., decisions=links\) first, and give what that returns": (
        "give it to `minmap link` as --decisions first, and then the file that this writes"
    ),
    r"of a match, which minmap\.read keeps in attrs\['match'\] when it reads the file of a source; "
    r"read that file again, or, of merged or joined tables, describe each of them, or what "
    r"minmap\.read\(\[file, other_file\]\) returns": (
        "of a match, since minmap wrote it from other tables; give the files that it was made of"
    ),
    r"pass the tables that link\(\.\.\.\) took": "give the tables that were linked as IN",
    r"read them in one call, minmap\.read\(\[path_a, path_b\]\)": (
        'name them by one pattern in quotes, such as "*/survey.csv"'
    ),
    r"give a DataFrame (with the columns)": r"give a table \1",
    r"give the table that minmap\.link returns": "give the file that `minmap link` writes",
    r"what link\(\.\.\.\) returned": "what `minmap link` wrote",
    r"minmap\.describe_match\(table\) explains": "`minmap match` explains",
    r"mm\.Map\((hosts=\[.*?\])\)": r"\1",
}


def in_options(message: str, command: click.Command) -> str:
    """Return a message in which the arguments of Python are those and the options of a command.

    Cures that call a function of Python are those of the command line. Texts in quotes that are no
    value of an argument, and arguments that are no option of the command, stay.

    Examples
    --------
    >>> near = click.Command("near", params=[click.Option(["--crs"]), click.Option(["--k"])])
    >>> in_options("crs='EPSG:0' is unknown; give crs= a code, or k=3. It is in 'k=4'.", near)
    "--crs EPSG:0 is unknown; give --crs a code, or --k 3. It is in 'k=4'."
    """
    options = _options(command)

    def translated(found: re.Match[str]) -> str:
        option = options.get(str(found["name"]))
        try:
            return as_option(option, found["key"], found["value"]) if option else found[0]
        except (SyntaxError, TypeError, ValueError, RecursionError, MemoryError):
            return found[0]  # text that only looks like Python

    for words, cure in _CURES.items():
        message = re.sub(words, cure, message)
    return _PART.sub(translated, message)


def _options(command: click.Command) -> dict[str, click.Parameter]:
    """Return options and arguments by their own names and by those in Python."""
    options = [one for one in command.params if isinstance(one, click.Option)]
    by_flag = {_flag(option).strip("-").replace("-", "_"): option for option in options}
    return by_flag | {str(one.name): one for one in command.params}


def _flag(option: click.Parameter) -> str:
    return (
        option.human_readable_name
        if isinstance(option, click.Argument)
        else max(option.opts, key=len)
    )


def as_option(option: click.Parameter, key: str | None, value: str | None) -> str:
    """Return an option with a value that is written in Python, as the command line takes it.

    Parameters
    ----------
    option
        The option, or an argument without one.
    key
        The key of the value in a mapping, written in Python; None without one.
    value
        The value; None for the option alone.

    Raises
    ------
    SyntaxError, TypeError, ValueError
        If the value is not written in Python.

    Examples
    --------
    >>> as_option(click.Option(["--legend"]), None, "{'color': 'Group'}")
    '--legend color=Group'
    """
    flag = _flag(option)
    if value is None:
        return flag
    meant = ast.literal_eval(value)
    if isinstance(option, click.Option) and option.is_flag:
        return flag if meant else f"no {flag}"
    if key is not None:
        meant = {ast.literal_eval(key): meant}
    parts = _parts(meant)
    texts = parts if option.multiple else [",".join(parts)]
    return " ".join(f"{flag} {shlex.quote(text)}" for text in texts)


def _parts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{_word(key)}={_word(one)}" for key, one in value.items()]
    return [_word(one) for one in (value if isinstance(value, list | tuple) else [value])]


def _word(value: Any) -> str:
    """Return a value as the options of `minmap.cli.looks` take it."""
    if value is False or value is None:
        return _NONE
    if isinstance(value, tuple) and any("{" in str(one) for one in value):
        raise ValueError  # a heading and a format, which an option does not take together
    if isinstance(value, tuple):  # the ends of a range
        return "..".join("" if end is None else _word(end) for end in value)
    if isinstance(value, list):
        return "|".join(map(_word, value))
    if isinstance(value, float):
        return short if float(short := f"{value:g}") == value else repr(value)
    return str(value)
