"""Detect the encoding of text, and convert files to UTF-8."""

import codecs
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from minmap.errors import ChoiceError, FileError
from minmap.files.encoding_guess import MULTI_BYTE, SAMPLE_BYTES, guess

_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_MOSTLY: Final = 0.8
_PIECE: Final = 1 << 20


def codec_name(encoding: str) -> str:
    """Return Python's name of an encoding.

    Raises
    ------
    ChoiceError
        If there is no such encoding.

    Examples
    --------
    >>> codec_name("windows-1251")
    'cp1251'
    """
    try:
        # A codec such as base64 does not encode text; one such as idna decodes no other text.
        "a".encode(encoding)
        b"a\xe9\xff".decode(encoding, errors="replace")
        return codecs.lookup(encoding).name
    except (LookupError, ValueError, TypeError) as error:
        raise ChoiceError(
            f"encoding={encoding!r} is not known; choose one such as utf-8, utf-16, cp1251, cp866, "
            "cp1252, latin-1 or gb18030."
        ) from error


def marked_encoding(head: bytes) -> str | None:
    """Return the encoding that the first bytes of a text prove, or None.

    The proof is a byte-order mark (Unicode Standard 16.0, section 23.8) or, for UTF-16 without
    one, that every second byte is zero in a text of mostly ASCII letters.

    Examples
    --------
    >>> marked_encoding("id,name".encode("utf-16")), marked_encoding("id,name".encode("utf-16-le"))
    ('utf-16', 'utf-16-le')
    """
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    sample = head[: SAMPLE_BYTES // 16 * 16]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half >= 2 and odd > half // 2 and even * 20 < odd:
        return "utf-16-le"
    if half >= 2 and even > half // 2 and odd * 20 < even:
        return "utf-16-be"
    return None


def is_utf8(raw: bytes, *, cut: bool = False) -> bool:
    """Return whether bytes are UTF-8; `cut` allows that the last letter is incomplete."""
    try:
        codecs.utf_8_decode(raw, "strict", not cut)
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def as_utf8(
    path: Path, encoding: str | None, separator: Callable[[], str]
) -> Iterator[tuple[Path, list[str]]]:
    """Yield a text file in UTF-8, a temporary copy unless it is so already, and notes on it.

    If hardly any cell with letters beyond ASCII is UTF-8, the whole file is converted from the
    encoding that fits best. If other cells are UTF-8, only those are converted that are not.

    Parameters
    ----------
    path
        The file.
    encoding
        Its encoding; letters that it lacks are replaced by U+FFFD. None detects it.
    separator
        Returns the sign between cells; it is called only if the encoding must be guessed.

    Raises
    ------
    FileError
        If the encoding needs a byte-order mark that the text lacks.
    """
    counts = _lost_and_zeros(path) if encoding is None else None
    if counts is not None:
        yield path, _notes_on(*counts)
        return
    with tempfile.TemporaryDirectory() as folder:
        copy, notes = Path(folder) / "table.txt", list[str]()
        if encoding is None:
            encoding, notes = _write_guessed(path, copy, separator())
        else:
            _write_converted(path, copy, encoding)
        yield copy, [*notes, *_notes_on(*(_lost_and_zeros(copy) or (0, 0)), encoding)]


class Detected(NamedTuple):
    """The encoding of a text that is not UTF-8.

    Attributes
    ----------
    encoding
        Of the whole text, or of the cells that are not UTF-8 if `is_mixed`.
    notes
        What to tell the user.
    cells
        The pattern of a cell.
    is_mixed
        Whether other cells are UTF-8.
    """

    encoding: str
    notes: list[str]
    cells: re.Pattern[bytes]
    is_mixed: bool = False

    def as_utf8(self, content: bytes) -> bytes:
        """Return a text, or some of its lines, in UTF-8."""
        if not self.is_mixed:
            return content.decode(self.encoding, errors="replace").encode()

        def repaired(match: re.Match[bytes]) -> bytes:
            raw = match.group()
            return raw if is_utf8(raw) else raw.decode(self.encoding, errors="replace").encode()

        # Where letters are single bytes, a cell may have runs of letters that are UTF-8.
        by_chance = self.encoding in MULTI_BYTE
        return (self.cells if by_chance else _HIGH_RUN).sub(repaired, content)


def detect(lines: Iterable[bytes], separator: str) -> Detected:
    """Return the encoding of the lines of a text that is not UTF-8, which are read once."""
    cells = re.compile(b'[^%s\r\n"]+' % re.escape(separator.encode("latin-1")))
    high, foreign, kept, sample = 0, 0, 0, list[bytes]()
    for line in lines:
        if line.isascii():
            continue
        for cell in cells.findall(line):
            if cell.isascii():
                continue
            high += 1
            if not is_utf8(cell):
                foreign += 1
                if kept <= SAMPLE_BYTES:
                    sample.append(cell)
                    kept += len(cell)
    found = guess(sample)
    # A short text in such an encoding may be UTF-8 by chance; in the others hardly ever.
    by_chance = found.encoding in MULTI_BYTE
    if foreign > _MOSTLY * high if by_chance else foreign == high:
        note = f"The text is not UTF-8 and was read as {found.text}; pass encoding= to change that."
        return Detected(found.encoding, [note], cells, is_mixed=False)
    note = (
        f"{foreign:,} cells are not UTF-8, as the others are, and were read as {found.text}; pass "
        "encoding= to read all in one encoding."
    )
    return Detected(found.encoding, [note], cells, is_mixed=True)


def _write_guessed(path: Path, copy: Path, separator: str) -> tuple[str | None, list[str]]:
    """Write text of unknown encoding as UTF-8; return its encoding, None if mixed, and notes."""
    with path.open("rb") as lines:
        found = detect(lines, separator)
    if found.is_mixed:
        copy.write_bytes(found.as_utf8(path.read_bytes()))
        return None, found.notes
    _write_converted(path, copy, found.encoding)
    return found.encoding, found.notes


def _write_converted(path: Path, copy: Path, encoding: str) -> None:
    try:
        with (
            path.open(encoding=encoding, errors="replace", newline="") as source,
            copy.open("w", encoding="utf-8", errors="replace", newline="") as target,
        ):
            while piece := source.read(_PIECE):
                target.write(piece)
    except UnicodeError as error:  # UTF-16 and UTF-32 may need a byte-order mark
        raise FileError(
            f"{path.name} cannot be read with encoding={encoding!r}: {error}. Name the order of "
            "its bytes, such as utf-16-le, or leave encoding= out, so that it is detected."
        ) from error


def _lost_and_zeros(path: Path) -> tuple[int, int] | None:
    """Return how many letters are U+FFFD and how many are zero; None if a file is not UTF-8."""
    lost = zeros = 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        while True:
            raw = stream.read(_PIECE)
            try:
                piece = decoder.decode(raw, final=not raw)
            except UnicodeDecodeError:
                return None
            lost += piece.count("\ufffd")
            if "\0" in piece:  # much faster than to count
                zeros += piece.count("\0")
            if not raw:
                return lost, zeros


def _notes_on(lost: int, zeros: int, encoding: str | None = None) -> list[str]:
    notes, reason = list[str](), f" or are not {encoding}" if encoding else ""
    if lost:
        notes.append(
            f"{lost:,} letters are U+FFFD, since they were lost before{reason}; they are kept."
        )
    if zeros:
        notes.append(f"{zeros:,} NUL bytes are in the text; they are kept.")
    return notes
