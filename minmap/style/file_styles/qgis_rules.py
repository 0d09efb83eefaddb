"""Filters of rules in QGIS, read as tests of columns and never evaluated."""

from __future__ import annotations

import re
from typing import Final

from minmap.style.file_styles.file_style import Condition, Value

_LONGEST: Final = 20_000
_DEEPEST: Final = 20
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<column>"(?:[^"]|"")*")|(?P<text>'(?:[^'\\]|''|\\.)*')
    |(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    |(?P<word>[^\W\d]\w*)|(?P<sign><=|>=|<>|!=|=|<|>|\(|\)|,))""",
    re.VERBOSE,
)
_SWAPPED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_WORDS: Final = frozenset(("and", "or", "not", "in", "is", "null", "between", "like", "else"))
_CONSTANTS: Final = {"true": "true", "false": "false"}


class NotSimpleError(Exception):
    """The filter is more than comparisons of columns with values."""


def conditions_in_expression(text: str) -> tuple[Condition, ...] | None:
    """Return the tests that a record must pass together; None if a filter has anything else.

    Comparisons of a column with a value (``=``, ``<>``, ``<``, ``<=``, ``>``, ``>=``, ``IN``,
    ``BETWEEN``, ``IS NULL``) may be joined by AND, and equalities of one column by OR.

    Examples
    --------
    >>> conditions_in_expression("type IN ('thrust', 'normal')")
    (Condition(column='type', values=('thrust', 'normal'), ...),)
    >>> tests = conditions_in_expression('"grade" >= 1 AND "grade" < 5')
    >>> [(test.lower, test.upper) for test in tests]
    [(1.0, None), (None, 5.0)]
    >>> conditions_in_expression("length($geometry) > 5")
    """
    try:
        return _Filter(text).tests()
    except NotSimpleError:
        return None


def column_in_expression(text: str) -> str | None:
    """Return the column that an expression names, quoted or not; None for any other expression.

    Examples
    --------
    >>> [column_in_expression(text) for text in ('"unit"', "unit", "left(unit, 2)")]
    ['unit', 'unit', None]
    """
    plain = text.strip()
    if len(plain) > _LONGEST:
        return None
    if re.fullmatch(r'"[^"]*(?:""[^"]*)*"', plain) and len(plain) > 2:
        return plain[1:-1].replace('""', '"')
    return plain if plain and not re.search(r"[\"'()|@$+*/<>=,]", plain) else None


class _Filter:
    """The words of a filter, from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        self._depth, self._place, end = 0, 0, 0
        stripped = text.strip()
        if len(stripped) > _LONGEST:
            raise NotSimpleError
        while end < len(stripped):
            found = _TOKEN.match(stripped, end)
            if found is None:
                raise NotSimpleError
            self._tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            end = found.end()

    def tests(self) -> tuple[Condition, ...]:
        found = self._any()
        if self._place != len(self._tokens):
            raise NotSimpleError
        return found

    def _any(self) -> tuple[Condition, ...]:
        found = self._all()
        while self._takes("or"):
            found = (either_of(found, self._all()),)
        return found

    def _all(self) -> tuple[Condition, ...]:
        found = self._one()
        while self._takes("and"):
            found += self._one()
        return found

    def _one(self) -> tuple[Condition, ...]:
        if self._takes("("):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise NotSimpleError
            found = self._any()
            self._require(")")
            return found
        kind, word = self._next()
        if kind in ("text", "number"):  # 5 < "grade"
            value = _value(kind, word)
            sign = self._next()[1]
            return compared(self._column(*self._next()), _SWAPPED.get(sign, sign), value)
        column = self._column(kind, word)
        if self._takes("is"):
            negated = self._takes("not")
            self._require("null")
            return (Condition(column, (None,), is_negated=negated),)
        if self._takes("between"):
            low = self._number()
            self._require("and")
            return (Condition(column, lower=low, upper=self._number()),)
        negated = self._takes("not")
        if self._takes("in"):
            return (Condition(column, self._list(), is_negated=negated),)
        if negated:
            raise NotSimpleError
        sign = self._next()[1]
        return compared(column, sign, _value(*self._next()))

    def _list(self) -> tuple[Value, ...]:
        self._require("(")
        found = [_value(*self._next())]
        while self._takes(","):
            found.append(_value(*self._next()))
        self._require(")")
        return tuple(found)

    def _number(self) -> float:
        value = _value(*self._next())
        if not isinstance(value, float):
            raise NotSimpleError
        return value

    def _column(self, kind: str, word: str) -> str:
        if kind == "column":
            return word[1:-1].replace('""', '"')
        is_call = self._place < len(self._tokens) and self._tokens[self._place][1] == "("
        if kind != "word" or is_call or word.lower() in _WORDS:
            raise NotSimpleError
        return word

    def _next(self) -> tuple[str, str]:
        if self._place == len(self._tokens):
            raise NotSimpleError
        self._place += 1
        return self._tokens[self._place - 1]

    def _takes(self, word: str) -> bool:
        if self._place == len(self._tokens):
            return False
        kind, found = self._tokens[self._place]
        if kind not in ("word", "sign") or found.lower() != word:
            return False
        self._place += 1
        return True

    def _require(self, word: str) -> None:
        if not self._takes(word):
            raise NotSimpleError


def _value(kind: str, word: str) -> Value:
    if kind == "number":
        return float(word)
    if kind == "text":
        return re.sub(r"\\(.)|''", lambda found: found[1] or "'", word[1:-1])
    if kind == "word" and word.lower() in _CONSTANTS:
        return _CONSTANTS[word.lower()]
    raise NotSimpleError


def compared(column: str, sign: str, value: Value) -> tuple[Condition, ...]:
    """Return the test that compares a column with a value."""
    if sign in ("=", "<>", "!="):
        return (Condition(column, (value,), is_negated=sign != "="),)
    if not isinstance(value, float) or sign not in _SWAPPED:
        raise NotSimpleError
    is_open = "=" not in sign
    if sign.startswith("<"):
        return (Condition(column, upper=value, upper_open=is_open),)
    return (Condition(column, lower=value, lower_open=is_open),)


def either_of(one: tuple[Condition, ...], other: tuple[Condition, ...]) -> Condition:
    """Return the test that one of two holds, if both compare one column with values."""
    tests = (*one, *other)
    is_plain = all(test.values and not test.is_negated for test in tests)
    if len(tests) != 2 or not is_plain or one[0].column != other[0].column:
        raise NotSimpleError
    return Condition(one[0].column, one[0].values + other[0].values)
