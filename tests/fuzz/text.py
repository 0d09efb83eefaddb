"""Mutations of text: lines, numbers, words, quotes, encodings, and values of JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

from tests.fuzz.tokens import NUMBERS, WORDS

_NUMBER = re.compile(rb"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_QUOTED = re.compile(rb'"[^"\n]{0,200}"|(?<=>)[^<>\n]{1,200}(?=<)|\'[^\'\n]{0,200}\'')
_WORD = re.compile(rb"[A-Za-z_:]{2,40}")
_SEPARATOR = re.compile(rb"[,;\t| <>=(){}\[\]\"]")
_ENCODINGS = ("utf-16", "utf-16-le", "cp1251", "latin-1", "utf-8-sig", "utf-32", "gbk")
_MOST_BYTES = 200_000


def _replaced(pattern: re.Pattern[bytes], data: bytes, value: bytes, rng: Random) -> bytes:
    """Replace one match of a pattern, or now and then every match of the same text."""
    found = list(pattern.finditer(data))
    if not found:
        return data + value
    chosen = rng.choice(found)
    if rng.random() < 0.15:
        return data.replace(chosen[0], value)[:_MOST_BYTES]
    return data[: chosen.start()] + value + data[chosen.end() :]


def change_number(data: bytes, rng: Random) -> bytes:
    """Replace a number by a hostile one."""
    return _replaced(_NUMBER, data, rng.choice(NUMBERS), rng)


def change_text(data: bytes, rng: Random) -> bytes:
    """Replace the content of quotes or of an XML element by a hostile word."""
    word = rng.choice(WORDS)
    quoted = b'"' + word + b'"'
    return _replaced(_QUOTED, data, quoted if rng.random() < 0.5 else word, rng)


def change_word(data: bytes, rng: Random) -> bytes:
    """Replace a name or keyword by a hostile word or by another word of the file."""
    own = _WORD.findall(data)
    word = rng.choice(own) if own and rng.random() < 0.5 else rng.choice(WORDS)
    return _replaced(_WORD, data, word, rng)


def change_separator(data: bytes, rng: Random) -> bytes:
    """Replace or delete a separator, bracket or quote."""
    return _replaced(_SEPARATOR, data, rng.choice([b"", b",", b";", b'"', b">", b"}", b"\n"]), rng)


def change_lines(data: bytes, rng: Random) -> bytes:
    """Delete, repeat or exchange lines."""
    lines = data.splitlines(keepends=True) or [data]
    place, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[place]
        case 1:
            lines.insert(other, lines[place])
        case 2:
            lines[place], lines[other] = lines[other], lines[place]
        case _:
            lines[place:place] = [lines[place]] * rng.choice([10, 300])
    return b"".join(lines)[:_MOST_BYTES]


def change_encoding(data: bytes, rng: Random) -> bytes:
    """Write the text in another encoding, without changing what it says of its encoding."""
    text = data.decode("utf-8", errors="replace")
    return text.encode(rng.choice(_ENCODINGS), errors="replace")


MUTATIONS: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(change_number, change_number, change_text, change_text, change_word),
    *(change_separator, change_lines, change_lines, change_encoding),
)


def mutated(data: bytes, rng: Random) -> bytes:
    """Return the text after one random mutation."""
    return rng.choice(MUTATIONS)(data, rng)


# JSON ---------------------------------------------------------------------------------------------


def _hostile_value(rng: Random) -> Any:
    word = rng.choice(WORDS).decode("utf-8", errors="replace")
    deep: Any = 1
    for _ in range(rng.choice([3, 150])):
        deep = [deep]
    return rng.choice([
        *(None, True, False, 0, -1, 1e308, -1e308, 10**30, 2**63, float("nan"), float("inf")),
        *("", word, word, word, [], {}, [None], [[]], [1e308, 1e308], {"a": None}, deep),
    ])  # fmt: skip


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return every container with each of its keys or indices."""
    found: list[tuple[Any, Any]] = []
    todo = [value]
    while todo:
        here = todo.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here))
        for key in keys:
            found.append((here, key))
            if isinstance(here[key], (dict, list)):
                todo.append(here[key])
    return found


def mutated_json(data: bytes, rng: Random) -> bytes:
    """Return JSON in which one value is replaced, deleted, renamed or copied to another place."""
    try:
        value = json.loads(data)
        places = _places(value)
        holder, key = rng.choice(places)
    except (ValueError, RecursionError, TypeError, IndexError):
        return mutated(data, rng)
    other, other_key = rng.choice(places)
    match rng.randrange(5):
        case 0 | 1:
            holder[key] = _hostile_value(rng)
        case 2:
            del holder[key]
        case 3 if isinstance(holder, dict):
            holder[rng.choice(WORDS).decode("utf-8", errors="replace")] = holder.pop(key)
        case _:
            holder[key] = json.loads(json.dumps(other[other_key]))
    return json.dumps(value, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
