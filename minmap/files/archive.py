"""Zip archives opened safely: what is in them, and one member at a time unpacked under limits."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from minmap.errors import FileError
from minmap.files.encoding import guess, is_utf8

MOST_MEMBERS: Final = 10_000
"""Files that an archive may hold."""
LARGEST_UNPACKED: Final = 4 << 30
"""Bytes that may come out of one archive, 4 GB."""
LARGEST_RATIO: Final = 200
"""How many times larger than packed a file may come out, once it is beyond `FREE_OF_RATIO`."""
FREE_OF_RATIO: Final = 100 << 20
"""Bytes that may come out at any ratio, 100 MB."""

_PIECE: Final = 1 << 20
_BAD: Final = (
    BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # a password is needed
    NotImplementedError,  # packed in a way that Python does not know
)


class Archive:
    """A zip archive whose members never leave the folder they are unpacked to.

    Links, folders, hidden files and what macOS adds are no members.

    Parameters
    ----------
    path
        The file.
    where
        What messages call it.
    largest
        Bytes that may come out of it.

    Raises
    ------
    FileError
        If it is no zip archive or damaged, or holds too many files.
    """

    def __init__(self, path: Path, where: str, *, largest: int = LARGEST_UNPACKED) -> None:
        self._where = where
        self._largest = self._left = largest
        with self._opening():
            self._zip = ZipFile(path)
        if len(self._zip.infolist()) > MOST_MEMBERS:
            count = len(self._zip.infolist())
            self._zip.close()
            raise FileError(
                f"{where} holds {count:,} files; an archive may hold {MOST_MEMBERS:,}. "
                "Unpack it and give the file in it."
            )

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()

    def members(self) -> dict[PurePosixPath, ZipInfo]:
        """Return the files in the archive by their paths; of two with one path the second counts.

        Members without a name, such as "" and ".", are left out. The paths are for reading only:
        they may be absolute or climb out of the archive.
        """
        return {
            path: info
            for info in self._zip.infolist()
            if info.filename  # which `is_dir` takes for granted
            and not info.is_dir()
            and not stat.S_ISLNK(info.external_attr >> 16)
            and (path := _path_of(info)).name
            and not path.name.startswith(".")
            and path.parts[0] != "__MACOSX"
        }

    def head(self, info: ZipInfo, size: int) -> bytes:
        """Return the first bytes of a member."""
        with self._opening(), self._zip.open(info) as packed:
            return packed.read(size)

    def pieces(self, info: ZipInfo) -> Iterator[bytes]:
        """Give a member piece by piece, and stop at what one archive may give.

        Raises
        ------
        FileError
            If more comes out than `largest` or `LARGEST_RATIO` allow, a password is
            needed, or the archive is damaged.
        """
        size = 0
        with self._opening(), self._zip.open(info) as packed:
            while piece := packed.read(_PIECE):
                size += len(piece)
                self._left -= len(piece)
                swollen = size > FREE_OF_RATIO and size > LARGEST_RATIO * info.compress_size
                if self._left < 0 or swollen:
                    raise FileError(
                        f"{self._where} swells when unpacked: {info.filename!r} has more than "
                        f"{size >> 20:,} MB from {info.compress_size:,} bytes; at most "
                        f"{self._largest >> 30} GB and {LARGEST_RATIO} times the packed size "
                        "are unpacked. If it is to be trusted, unpack it and give the file in it."
                    )
                yield piece

    def unpack(self, info: ZipInfo, target: Path) -> None:
        """Write a member to a path of ours, whatever it is called in the archive."""
        with target.open("wb") as unpacked:
            for piece in self.pieces(info):
                unpacked.write(piece)

    @contextmanager
    def _opening(self) -> Iterator[None]:
        try:
            yield
        except _BAD as error:
            reason = str(error).splitlines()[0].rstrip(".") if str(error) else "it ends too early"
            raise FileError(
                f"{self._where} cannot be unpacked: it is no zip archive, is damaged or needs a "
                f"password ({reason}). Unpack it and give the file in it."
            ) from error


def _path_of(info: ZipInfo) -> PurePosixPath:
    """Return the path in the archive; old packers wrote it in the code page of their system.

    Without the flag for UTF-8 the standard says code page 437 (APPNOTE.TXT 6.3.10, appendix D).
    """
    name = info.filename
    if not info.flag_bits & 0x800 and not name.isascii():
        raw = name.encode("cp437", errors="replace")
        name = raw.decode("utf-8" if is_utf8(raw) else guess([raw]).encoding, errors="replace")
    return PurePosixPath(name.replace("\\", "/"))
