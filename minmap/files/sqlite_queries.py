"""Judge the SQL of views and of generated columns by its words, without running it.

What is not listed here is refused: a view of one or several tables with conditions is a layer, and
anything else may make texts of any length or loops without end.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

# Functions of SQLite that take no longer than reading a cell. Trim, instr, replace, LIKE and GLOB
# take the product of two lengths or more. Functions of geometries and of the time are left out:
# in GDAL, or later, they may answer otherwise than where the view is checked.
_CHEAP: Final = frozenset(
    ("coalesce", "ifnull", "nullif", "iif", "if", "lower", "upper", "abs", "round", "length")
) | frozenset(
    ("substr", "substring", "typeof", "count", "sum", "total", "avg", "min", "max", "row_number")
)
# A word outside ASCII is part of a name for SQLite.
_TOKEN: Final = re.compile(
    r"--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|\[[^\]]*\]"
    r"|(?:[\w$]|[^\x00-\x7f])+|[^\s\w]",
    re.ASCII | re.DOTALL,
)
_KINDS: Final = frozenset({"table", "view", "index", "trigger", "virtual"})
_NESTING: Final = frozenset({"with", "values", "intersect", "except", "like", "glob", "regexp"})
_LONGEST: Final = 2000
_MOST_REPEATS: Final = 10


def is_cheap(function: str) -> bool:
    """Tell whether a function takes no longer than reading its arguments, about."""
    return function in _CHEAP


def is_sorted(sql: str) -> bool:
    """Tell whether a query sorts its rows, which SQLite leaves out where it only counts them."""
    return "order" in _words(sql)


def is_cheap_index(sql: str) -> bool:
    """Tell whether an index computes its keys and rows by comparisons and cheap functions only.

    Examples
    --------
    >>> is_cheap_index("CREATE INDEX i ON t (lower(a)) WHERE b = 0")
    True
    >>> is_cheap_index("CREATE INDEX i ON t (trim(a, b))")
    False
    """
    words = _words(sql)
    start = words.index("on") + 3 if "on" in words else 0  # behind the table and a parenthesis
    calls = (word for word, following in pairwise(words[start:]) if following == "(")
    return _NESTING.isdisjoint(words) and all(is_cheap(word) for word in calls if word != "(")


def kind_and_name(sql: str) -> tuple[str, str]:
    """Return what an entry of the schema defines, and its name in small letters.

    Examples
    --------
    >>> kind_and_name('CREATE VIEW "Mines" AS SELECT 1')
    ('view', 'mines')
    """
    words = [*_words(sql)[:5], "", "", ""]
    kind = next((word for word in words[1:3] if word in _KINDS), "")
    position = words.index(kind) + (2 if kind == "virtual" else 1)
    return kind, _unquoted(words[position])


def tangled_part(sql: str, generated: Iterable[str]) -> str | None:
    """Return what makes a view or a table with generated columns more than a plain list of columns.

    Each level of queries in queries, or of generated columns of generated columns, can double the
    work, even when SQLite only prepares the statement.

    Examples
    --------
    >>> tangled_part("CREATE VIEW v AS SELECT a FROM t UNION SELECT b FROM u", [])
    >>> tangled_part("CREATE VIEW v AS SELECT a FROM (SELECT a FROM t)", [])
    'a query in a query'
    """
    words = Counter(_words(sql))
    names = Counter(names_in(sql))
    if found := sorted(_NESTING & words.keys()):
        return found[0].upper()
    if words["select"] > words["union"] + 1:
        return "a query in a query"
    if any(names[name.lower()] != 1 for name in generated):
        return "a generated column in another place"
    return None


def swelling_part(sql: str) -> str | None:
    """Return what can make the rows of a view far larger than those of its only table."""
    if len(sql) > _LONGEST:
        return f"more than {_LONGEST:,} letters of SQL"
    words = [*names_in(sql), ""]
    names = Counter(
        word for word, following in pairwise(words) if following != "." and word[-1:].isalnum()
    )
    names["*"] = words.count("*")
    del names["as"]
    return next((f"{name!r} often" for name, n in names.items() if n > _MOST_REPEATS), None)


def names_in(sql: str) -> list[str]:
    """Return the words of a statement in small letters, names without their quotation marks."""
    return [_unquoted(word) for word in _words(sql)]


def _words(sql: str) -> list[str]:
    """Return the words, names and signs of a statement in small letters, without comments."""
    found = (match[0].lower() for match in _TOKEN.finditer(sql))
    return [word for word in found if not word.startswith(("--", "/*"))]


def _unquoted(word: str) -> str:
    if word[:1] == "[":
        return word[1:-1]
    quote = word[:1]
    return word[1:-1].replace(quote * 2, quote) if quote and quote in "'\"`" else word
