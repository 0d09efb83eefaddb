"""Write the index by which a page in a folder finds records by the words of their names.

The file is a row of compressed blocks and, after them, the directory of the blocks; docs/formats.md
describes it. Records are read in parts and their words are sorted into temporary files, so that
the time grows with the number of records and the memory with the largest part of the words.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from minmap.compression import gzipped
from minmap.scene.folding import folded_words
from minmap.types import AnyArray, Integers, Unsigned64
from minmap.webmap.record_spec import IndexSpec

MOST_ROWS = 256
"""Records that the index names for each word, the best first."""
MOST_PREFIX_ROWS = 64
PREFIX, CODE = b"\xff", b"\xfe"
"""First bytes of keys that are not words: of beginnings of words, and of codes."""
_PREFIX_BYTES = 3
_BLOCK_BYTES = 1 << 16
_PART_ROWS = 1 << 19
_BUCKET_WORDS = 1 << 21
_SAMPLE = 1 << 16
_LETTERS = 40
# A rank is the length of the name, and more where another word or another column has the word.
_RANK_BITS, _ROW_BITS = 10, 31
_PLACE_SHIFT = _RANK_BITS + _ROW_BITS
_RANKS, _ROWS = 2**_RANK_BITS - 1, 2**_ROW_BITS - 1
_OTHER_WORD, _OTHER_COLUMN, _LONGEST = 256, 512, 255
_POSTING = pa.schema([("key", pa.binary()), ("rank", pa.uint16()), ("row", pa.uint32())])


class Searched(NamedTuple):
    """The columns of a file in which the page searches, in the order of its rows."""

    texts: list[pa.Array]
    """The first has the names."""
    codes: dict[str, pa.Array]
    """Columns of codes by name; a cell may have several with blanks between them."""


def write_index(path: Path, searched: Searched, rows: int) -> IndexSpec:
    """Write the index of the words of records, and return how the page finds its directory.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "words.bin"
    ...     write_index(path, Searched([pa.array(["Kara tas", "Ак-Тас"])], {}), 2)["blocks"]
    2
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, path.open("wb") as stream:
        blocks = _Blocks(stream)
        beginnings = _Beginnings()
        for bucket in _sorted_buckets(Path(folder), searched, rows):
            beginnings.add(bucket)
            blocks.write(bucket.keys, bucket.counts, bucket.starts, bucket.rows)
        blocks.write(*beginnings.merged())
        start = stream.tell()
        stream.write(blocks.directory())
        return {
            "url": path.name,
            "size": stream.tell(),
            "directory": start,
            "blocks": len(blocks.sizes),
        }


class _Bucket(NamedTuple):
    """Sorted keys, how many records each has, and the best of them: rows with their ranks."""

    keys: list[bytes]
    counts: AnyArray
    starts: AnyArray
    rows: AnyArray
    ranks: AnyArray


def _postings(searched: Searched, start: int, length: int) -> pa.Table:
    """Return the keys of some records, each with its row and rank."""
    tables = [_POSTING.empty_table()]
    for n, texts in enumerate(searched.texts):
        folded = _folded(texts.slice(start, length))
        keys, parents = _keys_of(folded)
        is_first = np.diff(parents, prepend=-1) > 0
        ranks = np.minimum(pc.binary_length(folded).to_numpy(), _LONGEST)[parents]
        ranks = ranks + np.where(is_first, 0, _OTHER_WORD) + (_OTHER_COLUMN if n else 0)
        tables.append(_table(keys, np.minimum(ranks, _RANKS), parents + start))
    for name, texts in searched.codes.items():
        keys, parents = _keys_of(texts.slice(start, length).fill_null(""))
        is_filled = pc.binary_length(keys).to_numpy() > 0
        keys, parents = keys.filter(is_filled), parents[is_filled]
        keys = pc.binary_join_element_wise(CODE + name.encode() + b"=", keys, b"")
        tables.append(_table(keys, parents * 0, parents + start))
    table = pa.concat_tables(tables)
    return table.filter(pc.greater(pc.binary_length(table["key"]), 0)).combine_chunks()


def _keys_of(texts: pa.Array) -> tuple[pa.Array, Integers]:
    """Return the first letters of each word, and at which text it is."""
    words = pc.utf8_split_whitespace(pc.utf8_trim_whitespace(texts))
    keys = pc.utf8_slice_codeunits(pc.list_flatten(words), 0, _LETTERS).cast(pa.binary())
    return keys, pc.list_parent_indices(words).to_numpy()


def _table(keys: pa.Array, ranks: AnyArray, rows: AnyArray) -> pa.Table:
    return pa.table([keys, pa.array(ranks, pa.uint16()), pa.array(rows, pa.uint32())], _POSTING)


def _folded(texts: pa.Array) -> pa.Array:
    """Return texts folded; missing ones are empty."""
    texts = texts.cast(pa.string()).fill_null("")
    lines = pc.replace_substring(texts, "\0", " ").to_pylist()
    return pa.array(folded_words(lines) if lines else [], pa.string())


def _sorted_buckets(folder: Path, searched: Searched, rows: int) -> Iterator[_Bucket]:
    """Yield the keys of all records in their order, bucket by bucket."""
    step = max(1, rows // _SAMPLE)
    some = pa.array(np.arange(0, rows, step))
    codes = {name: texts.take(some) for name, texts in searched.codes.items()}
    sample = Searched([texts.take(some) for texts in searched.texts], codes)
    known = np.sort(_heads(_postings(sample, 0, -(-rows // step))["key"]))
    count = max(1, len(known) * step // _BUCKET_WORDS)
    limits = np.unique(known[np.linspace(0, len(known), count, endpoint=False, dtype=int)[1:]])
    paths = [folder / f"{n}.arrow" for n in range(len(limits) + 1)]
    writers = [pa.ipc.new_file(path, _POSTING) for path in paths]
    for start in range(0, rows, _PART_ROWS):
        length = min(_PART_ROWS, rows - start)
        table = _postings(searched, start, length)
        bucket = np.searchsorted(limits, _heads(table["key"]), side="right")
        order = np.argsort(bucket, kind="stable")
        table = table.take(order)
        ends = np.searchsorted(bucket[order], np.arange(len(writers) + 1))
        for n, writer in enumerate(writers):
            writer.write_table(table.slice(ends[n], ends[n + 1] - ends[n]))
    for writer in writers:
        writer.close()
    for path in paths:
        with pa.OSFile(str(path)) as file:
            yield _sorted(pa.ipc.open_file(file).read_all())
        path.unlink()


def _heads(keys: pa.ChunkedArray) -> Unsigned64:
    """Return the first eight bytes of each key as a number of the same order."""
    heads = np.zeros((len(keys), 8), np.uint8)
    at = 0
    for chunk in keys.chunks:
        data = np.frombuffer(chunk.buffers()[2] or b"", np.uint8)
        offsets = np.frombuffer(chunk.buffers()[1], np.int32)
        offsets = offsets[chunk.offset : chunk.offset + len(chunk) + 1]
        for n in range(8):
            has = offsets[:-1] + n < offsets[1:]
            heads[at : at + len(chunk), n][has] = data[(offsets[:-1] + n)[has]]
        at += len(chunk)
    return heads.view(">u8").ravel().astype(np.uint64)


def _sorted(table: pa.Table) -> _Bucket:
    """Return the keys of a table in their order, each with its best records."""
    coded = table["key"].combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    order = pc.sort_indices(coded.dictionary).to_numpy()
    places = np.empty(len(order), np.uint64)
    places[order] = np.arange(len(order), dtype=np.uint64)
    place = places[coded.indices.to_numpy()]
    rank, row = (table[name].to_numpy().astype(np.uint64) for name in ("rank", "row"))
    # A record that has a word twice counts once, by its better rank.
    packed = np.sort((place << _PLACE_SHIFT) | (row << _RANK_BITS) | rank)
    records = packed >> _RANK_BITS
    packed = packed[np.append(True, records[1:] != records[:-1])[: len(packed)]]
    place, row, rank = packed >> _PLACE_SHIFT, (packed >> _RANK_BITS) & _ROWS, packed & _RANKS
    packed = np.sort((place << _PLACE_SHIFT) | (rank << _ROW_BITS) | row)
    counts = np.bincount((packed >> _PLACE_SHIFT).astype(np.int64), minlength=len(order))
    keys = coded.dictionary.take(pa.array(order)).to_pylist()
    return _best(keys, counts, packed, MOST_ROWS)


def _best(keys: list[bytes], counts: AnyArray, packed: Unsigned64, most: int) -> _Bucket:
    """Keep the first `most` records of each key; `packed` has the places of keys, ranks, rows."""
    place = (packed >> _PLACE_SHIFT).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])
    packed = packed[np.arange(len(packed)) - starts[place] < most]
    starts = np.concatenate([[0], np.cumsum(np.minimum(counts, most))])
    ranks = ((packed >> _ROW_BITS) & _RANKS).astype(np.uint16)
    return _Bucket(keys, counts, starts, (packed & _ROWS).astype(np.uint32), ranks)


class _Beginnings:
    """The best records of words that begin with one, two or three bytes.

    Counts are exact up to `MOST_PREFIX_ROWS`; beyond, a record counts for each of its words.
    """

    def __init__(self) -> None:
        self.found: dict[bytes, list[AnyArray]] = {}
        self.counts: dict[bytes, int] = {}

    def add(self, bucket: _Bucket) -> None:
        """Add the words of a bucket."""
        keys, starts = bucket.keys, bucket.starts
        packed = (bucket.ranks.astype(np.uint64) << _ROW_BITS) | bucket.rows
        heads = [key[:_PREFIX_BYTES] for key in keys]
        changes = [n for n in range(len(heads)) if n == 0 or heads[n] != heads[n - 1]]
        for first, last in pairwise([*changes, len(heads)]):
            if keys[first].startswith(CODE):
                continue
            # A count above that of the index means that there are more.
            best = _first_of_each(packed[starts[first] : starts[last]])[: MOST_PREFIX_ROWS + 1]
            count = int(bucket.counts[first:last].sum())
            for length in range(1, len(heads[first]) + 1):
                self.found.setdefault(PREFIX + heads[first][:length], []).append(best)
                key = PREFIX + heads[first][:length]
                self.counts[key] = self.counts.get(key, 0) + count

    def merged(self) -> tuple[list[bytes], AnyArray, AnyArray, AnyArray]:
        """Return the keys, counts, starts and rows of all beginnings."""
        keys = sorted(self.found)
        found = [_first_of_each(np.concatenate(self.found[key])) for key in keys]
        counts = [
            len(one) if len(one) <= MOST_PREFIX_ROWS else self.counts[key]
            for key, one in zip(keys, found, strict=True)
        ]
        rows = [(one[:MOST_PREFIX_ROWS] & _ROWS).astype(np.uint32) for one in found]
        starts = np.concatenate([[0], np.cumsum([len(one) for one in rows])]).astype(np.int64)
        whole = np.concatenate(rows) if rows else np.zeros(0, np.uint32)
        return keys, np.array(counts), starts, whole


def _first_of_each(packed: AnyArray) -> AnyArray:
    """Return ranks with rows in their order, each row once with its best rank."""
    packed = np.sort(packed)
    return packed[np.sort(np.unique(packed & _ROWS, return_index=True)[1])]


class _Blocks:
    """Writes keys and their records as compressed blocks."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.sizes: list[int] = []
        self.firsts: list[bytes] = []

    def write(self, keys: list[bytes], counts: AnyArray, starts: AnyArray, rows: AnyArray) -> None:
        """Write keys, which follow those that are written."""
        lengths = np.array([len(key) for key in keys], dtype=np.int64)
        ends = np.cumsum(lengths + 7 + 4 * np.diff(starts))
        cuts = np.flatnonzero(np.diff(ends // _BLOCK_BYTES, prepend=-1)).tolist()
        for first, last in pairwise([*cuts, len(keys)]):
            parts: Iterable[AnyArray | bytes] = (
                np.array([last - first, starts[last] - starts[first]], "<u4"),
                counts[first:last].astype("<u4"),
                rows[starts[first] : starts[last]].astype("<u4"),
                np.diff(starts[first : last + 1]).astype("<u2"),
                lengths[first:last].astype("u1"),
                b"".join(keys[first:last]),
            )
            packed = gzipped(b"".join(bytes(part) for part in parts), level=6)
            self.stream.write(packed)
            self.sizes.append(len(packed))
            self.firsts.append(keys[first])

    def directory(self) -> bytes:
        """Return the sizes of the blocks and their first keys, compressed."""
        lengths = bytes(len(key) for key in self.firsts)
        sizes = np.array(self.sizes, "<u4").tobytes()
        return gzipped(sizes + lengths + b"".join(self.firsts), level=9)
