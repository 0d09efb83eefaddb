"""A large file of delimited text in parts that fit into memory, each read by the same rules."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from minmap.errors import FileError
from minmap.files import csv_layout, file_types
from minmap.files.cells import Cells
from minmap.files.csv_layout import Layout
from minmap.files.damage import as_file_error
from minmap.files.delimited import frame_of, parse_text, text_layout
from minmap.files.encoding import Detected, codec_name, detect, is_utf8, marked_encoding
from minmap.files.local_file import require_file
from minmap.files.shifted_rows import SAMPLE_ROWS, ColumnKinds, kinds_of

_MOST_SAMPLED: Final = 4096
_HEAD_BYTES: Final = 1 << 20
_UTF8: Final = (None, "utf-8", "utf-8-sig")


class Span(NamedTuple):
    """A part of a text: its bytes, and the number of its first line."""

    start: int
    end: int
    line: int


@dataclass(frozen=True)
class PartedText:
    """A file of delimited text whose layout and encoding are known.

    Attributes
    ----------
    path
        The file.
    state
        Its size and time of change when it was examined.
    layout
        Separator and column names; `body` is 0.
    encoding
        None for UTF-8.
    kinds
        What the columns hold, by the first rows.
    spans
        The parts, each of whole records.
    sample
        Records evenly spread over the file.
    """

    path: Path
    state: tuple[int, int]
    layout: Layout
    encoding: str | Detected | None
    kinds: ColumnKinds
    spans: tuple[Span, ...]
    sample: bytes

    @property
    def notes(self) -> list[str]:
        """Remarks for the user."""
        found = self.encoding.notes if isinstance(self.encoding, Detected) else []
        return [*found, *csv_layout.note_on_lines_above(self.layout.above)]

    def cells(self, span: Span) -> Cells:
        """Read a part.

        Raises
        ------
        FileError
            If the file has changed since it was examined; and as `minmap.files.delimited`.
        """
        if _state(self.path) != self.state:
            raise FileError(
                f"{self.path} has changed since it was examined; call read_parts again."
            )
        with self.path.open("rb") as stream:
            stream.seek(span.start)
            return self.cells_of(stream.read(span.end - span.start), span.line)

    def cells_of(self, content: bytes, line: int) -> Cells:
        """Read records of the file; `line` is the number of the first line."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "part.csv"
            copy.write_bytes(_as_utf8(content, self.encoding))
            table, uneven = parse_text(
                copy, self.layout, where=str(self.path), kinds=self.kinds, line=line
            )
        frame = frame_of(table, self.layout.names)
        # A column without a name may have values in another part.
        frame = frame.reindex(columns=csv_layout.unique_names(self.layout.names))
        return Cells(frame, None, [], uneven.faults, tuple(uneven.set_aside))


def parted_text(path: Path, *, part_bytes: int, encoding: str | None) -> PartedText:
    """Examine a file of delimited text from beginning to end, in bounded memory.

    Parameters
    ----------
    path
        The file.
    part_bytes
        Size of a part.
    encoding
        Its encoding. None detects it from all of its text.

    Raises
    ------
    FileError
        If it is no file of delimited text, or is UTF-16 or UTF-32.
    """
    require_file(path)
    where, state = str(path), _state(path)
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    head = head[: head.rfind(b"\n") + 1] or head
    if path.is_dir() or file_types.file_type(head, path.name) != "delimited" or b"\0" in head:
        raise FileError(
            f"{where} is no delimited text in UTF-8 or bytes, which alone has parts; "
            "use minmap.read."
        )
    known = codec_name(encoding) if encoding is not None else marked_encoding(head)
    if known is not None and known.startswith(("utf-16", "utf-32")):
        raise FileError(f"{where} is {known}, which has no parts; save it as UTF-8.")
    layout = _layout_of(head, where)
    first_line = 1 + head.count(b"\n", 0, layout.body)
    scan = _Scan(path, layout, part_bytes)
    with as_file_error(f"{where} cannot be read as a table", cure="Export it anew."):
        spans = tuple(scan.spans(first_line))
    found: str | Detected | None = None if known in _UTF8 else known
    if known in _UTF8 and encoding is None and not scan.is_utf8:
        with path.open("rb") as lines:
            found = detect(lines, layout.separator)
    text = _as_utf8(head, found)
    named = replace(_layout_of(text, where), body=0)
    rows = csv_layout.rows_of(
        text[_layout_of(text, where).body :].decode(errors="replace").splitlines(keepends=True),
        layout.separator,
    )
    kinds = kinds_of([row for _, row in islice(rows, SAMPLE_ROWS)], len(named.names))
    return PartedText(path, state, named, found, kinds, spans, b"".join(scan.sample))


def _layout_of(text: bytes, where: str) -> Layout:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "head.csv"
        copy.write_bytes(text)
        return text_layout(copy, where)


def _as_utf8(content: bytes, encoding: str | Detected | None) -> bytes:
    if isinstance(encoding, Detected):
        return encoding.as_utf8(content)
    return content if encoding is None else content.decode(encoding, errors="replace").encode()


def _state(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


class _Scan:
    """Finds parts of whole records in a text, whether it is UTF-8, and a sample of its records."""

    def __init__(self, path: Path, layout: Layout, part_bytes: int) -> None:
        self._path, self._layout, self._part_bytes = path, layout, part_bytes
        self.is_utf8 = True
        self.sample: list[bytes] = []
        self._stride, self._records = 1, 0

    def spans(self, line: int) -> Iterator[Span]:
        """Yield the parts; `line` is the number of the first line of records."""
        separator, needed = self._layout.separator.encode("latin-1"), len(self._layout.names) - 1
        start = end = self._layout.body
        first = line
        with self._path.open("rb") as stream:
            stream.seek(start)
            for record in self._records_of(stream):
                end += len(record)
                line += record.count(b"\n")
                # A line with too few cells may go on in the next one.
                if end - start >= self._part_bytes and record.count(separator) >= needed:
                    yield Span(start, end, first)
                    start, first = end, line
        if end > start or start == self._layout.body:
            yield Span(start, end, first)

    def _records_of(self, stream: BinaryIO) -> Iterator[bytes]:
        for raw in stream:
            record = raw
            if raw.count(b'"') % 2:
                record = self._long_record(raw, stream.readline)
            if self.is_utf8 and not record.isascii():
                self.is_utf8 = is_utf8(record)
            if self._records % self._stride == 0:
                self.sample.append(record)
                if len(self.sample) > _MOST_SAMPLED:
                    self.sample, self._stride = self.sample[::2], 2 * self._stride
            self._records += 1
            yield record

    def _long_record(self, first: bytes, readline: Callable[[], bytes]) -> bytes:
        """Return the record that begins with a line and may continue on the next ones."""
        lines = list[bytes]()

        def read() -> Iterator[str]:
            for line in chain([first], iter(readline, b"")):
                lines.append(line)
                yield line.decode("latin-1")

        next(csv_layout.rows_of(read(), self._layout.separator), None)
        return b"".join(lines)
