"""Read zip archives safely: list their files, and unpack one at a time within limits."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import ZipFile, ZipInfo

from minmap.errors import FileError
from minmap.files.damage import as_file_error
from minmap.files.encoding import is_utf8
from minmap.files.encoding_guess import guess

MOST_MEMBERS: Final = 10_000
"""Files that an archive may hold."""
LARGEST_UNPACKED: Final = 4 << 30
"""Bytes that may come out of one archive, 4 GB."""
LARGEST_RATIO: Final = 200
"""How many times its packed size a file may have, once it is larger than `FREE_OF_RATIO`."""
FREE_OF_RATIO: Final = 100 << 20
"""Bytes that may come out at any ratio, 100 MB."""

_PIECE: Final = 1 << 20


class Archive:
    """A zip archive whose members never leave the folder that they are unpacked to.

    Links, folders, hidden files and the extra files of macOS do not count as members.

    Parameters
    ----------
    path
        The file.
    where
        Its name in messages.
    largest
        Bytes that may come out of it.

    Raises
    ------
    FileError
        If it is damaged, not a zip archive, or holds too many files.
    """

    def __init__(self, path: Path, where: str, *, largest: int = LARGEST_UNPACKED) -> None:
        self._where = where
        self._largest = self._left = largest
        with self._damage():
            self._zip = ZipFile(path)
        count = len(self._zip.infolist())
        if count > MOST_MEMBERS:
            self._zip.close()
            raise FileError(
                f"{where} holds {count:,} files; an archive may hold {MOST_MEMBERS:,}. "
                "Unpack it and give the file in it."
            )

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()

    def entries(self) -> list[ZipInfo]:
        """Return everything that the archive holds, in its order, also what is not a member."""
        return self._zip.infolist()

    def members(self) -> dict[PurePosixPath, ZipInfo]:
        """Return the files in the archive by their paths; of two with one path the second counts.

        Members whose name is empty or "." are left out. The paths are for reading only: they may
        be absolute or climb out of the archive.
        """
        return {
            path: info
            for info in self._zip.infolist()
            if info.filename  # `is_dir` fails on an empty name
            and not info.is_dir()
            and not stat.S_ISLNK(info.external_attr >> 16)
            and (path := _path_of(info)).name
            and not path.name.startswith(".")
            and path.parts[0] != "__MACOSX"
        }

    def pieces(self, info: ZipInfo) -> Iterator[bytes]:
        """Yield a member piece by piece, up to the limit of the archive.

        Raises
        ------
        FileError
            If more comes out than `largest` or `LARGEST_RATIO` allow, a password is needed, or
            the archive is damaged.
        """
        size = 0
        with self._damage(), self._zip.open(info) as packed:
            while piece := packed.read(_PIECE):
                size += len(piece)
                self._left -= len(piece)
                swollen = size > FREE_OF_RATIO and size > LARGEST_RATIO * info.compress_size
                if self._left < 0 or swollen:
                    raise FileError(
                        f"{self._where} expands too much when unpacked: {info.filename!r} has more "
                        f"than {size >> 20:,} MB from {info.compress_size:,} bytes; at most "
                        f"{self._largest >> 30} GB and {LARGEST_RATIO} times the packed size "
                        "are unpacked. If you trust it, unpack it and give the file in it."
                    )
                yield piece

    def content(self, info: ZipInfo) -> bytes:
        """Return all bytes of a member, within the limits of `pieces`."""
        return b"".join(self.pieces(info))

    def unpack(self, info: ZipInfo, target: Path) -> None:
        """Write a member to `target`, whatever its name in the archive."""
        with target.open("wb") as unpacked:
            unpacked.writelines(self.pieces(info))

    def _damage(self) -> AbstractContextManager[None]:
        return as_file_error(
            f"{self._where} cannot be unpacked: it is damaged, not a zip archive, or needs a "
            "password",
            cure="Unpack it and give the file in it.",
        )


def _path_of(info: ZipInfo) -> PurePosixPath:
    """Return the path of a member in the archive; old packers wrote it in their own code page.

    Without the flag for UTF-8 the standard requires code page 437 (APPNOTE.TXT 6.3.10, appendix D).
    """
    name = info.filename
    if not info.flag_bits & 0x800 and not name.isascii():
        raw = name.encode("cp437", errors="replace")
        name = raw.decode("utf-8" if is_utf8(raw) else guess([raw]).encoding, errors="replace")
    return PurePosixPath(name.replace("\\", "/"))
