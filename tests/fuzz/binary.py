"""Mutations of plain bytes, which know nothing of a format."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.fuzz.tokens import NUMBERS, WORDS

_WIDTHS = (1, 2, 4, 8)
_LONGEST_COPY = 20_000


def _span(data: bytes, rng: Random) -> tuple[int, int]:
    """Return the start and end of a piece, small ones more often."""
    start = rng.randrange(len(data))
    longest = min(len(data) - start, 1 << rng.randrange(1, 13))
    return start, start + rng.randint(1, longest)


def flip(data: bytes, rng: Random) -> bytes:
    """Change one to eight bits."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def set_integer(data: bytes, rng: Random) -> bytes:
    """Overwrite an integer field with 0, -1, 1, the largest values or a random one."""
    width = rng.choice(_WIDTHS)
    largest = (1 << 8 * width) - 1
    value = rng.choice([0, 1, largest, largest >> 1, (largest >> 1) + 1, rng.randint(0, largest)])
    # Headers hold most of what steers a reader.
    reach = len(data) if rng.random() < 0.5 else min(len(data), 512)
    start = rng.randrange(max(reach - width, 1))
    if rng.random() < 0.5:
        start -= start % width
    order = rng.choice(["little", "big"])
    return data[:start] + value.to_bytes(width, order) + data[start + width :]


def set_near_end(data: bytes, rng: Random) -> bytes:
    """Overwrite bytes near the end, where footers and directories are."""
    start = max(len(data) - rng.randint(1, 256), 0)
    value = rng.choice([b"\x00", b"\xff", b"\x7f", b"\x80"]) * rng.choice(_WIDTHS)
    return data[:start] + value + data[start + len(value) :]


def truncate(data: bytes, rng: Random) -> bytes:
    """Cut the end off, or now and then the beginning."""
    place = rng.randrange(len(data))
    return data[place:] if rng.random() < 0.1 else data[:place]


def delete(data: bytes, rng: Random) -> bytes:
    """Delete a piece."""
    start, end = _span(data, rng)
    return data[:start] + data[end:]


def duplicate(data: bytes, rng: Random) -> bytes:
    """Repeat a piece, up to 64 times."""
    start, end = _span(data, rng)
    times = min(1 << rng.randrange(7), max(_LONGEST_COPY // (end - start), 1))
    return data[:end] + data[start:end] * times + data[end:]


def blank(data: bytes, rng: Random) -> bytes:
    """Fill a piece with one byte."""
    start, end = _span(data, rng)
    return data[:start] + rng.choice([b"\x00", b"\xff", b" ", b"0"]) * (end - start) + data[end:]


def exchange(data: bytes, rng: Random) -> bytes:
    """Move a piece to another place."""
    start, end = _span(data, rng)
    rest = data[:start] + data[end:]
    place = rng.randint(0, len(rest))
    return rest[:place] + data[start:end] + rest[place:]


def insert(data: bytes, rng: Random) -> bytes:
    """Insert a hostile word, or write it over what is there."""
    word = rng.choice(WORDS if rng.random() < 0.8 else NUMBERS)
    place = rng.randint(0, len(data))
    return data[:place] + word + data[place + (len(word) if rng.random() < 0.5 else 0) :]


def splice(data: bytes, other: bytes, rng: Random) -> bytes:
    """Continue with another file in the middle of this one."""
    place = rng.randint(0, len(data))
    aligned = min(place, len(other)) if rng.random() < 0.5 else rng.randint(0, len(other))
    return data[:place] + other[aligned:]


MUTATIONS: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(flip, set_integer, set_integer, set_near_end, truncate, delete),
    *(duplicate, blank, exchange, insert),
)


def mutated(data: bytes, rng: Random) -> bytes:
    """Return the bytes after one random mutation; empty bytes get a hostile word."""
    return rng.choice(MUTATIONS)(data, rng) if data else rng.choice(WORDS)
