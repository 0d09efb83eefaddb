"""Use a path unchanged, copy a file object to disk, and notice when files are replaced."""

import glob
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from minmap.addresses import require_no_address
from minmap.arguments import require_path, require_utf8_name, shown
from minmap.errors import FileError
from minmap.files.archive import LARGEST_UNPACKED
from minmap.files.encoding import marked_encoding
from minmap.files.file_types import ABOUT_ENDING, VECTORS, ending_of, file_type, read_head
from minmap.files.shapefile import INDEXES, PARTS
from minmap.output import last_complete

_PIECE: Final = 1 << 20
_NAMELESS: Final = "table"
_LONGEST_NAME: Final = 200  # bytes; file systems take 255, and endings are added
_TRIES: Final = 20
_OF_SHAPEFILES: Final = frozenset((*PARTS, *INDEXES)) - {".shp"}
_STYLES: Final = (".qml", ".sld")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class LocalFile:
    """A file on disk, and its name for the user.

    Attributes
    ----------
    path
        The file, or the folder of a file geodatabase.
    label
        Its name.
    where
        Its name in errors: the path that was given, or the label.
    folder
        The user's folder that it lies in; None for a copy.
    """

    path: Path
    label: str
    where: str
    folder: Path | None


@contextmanager
def as_local_file(file: str | os.PathLike[str] | BinaryIO) -> Iterator[LocalFile]:
    """Yield a file on disk for a path or a binary file object.

    A file object that is an ordinary file opened from the start is taken by its path; of any other
    the rest is copied to a temporary folder.

    Raises
    ------
    FileError
        As `require_file`; another program does not finish writing the file; or a file object
        gives text, nothing or more than 4 GB.

    Warns
    -----
    MinmapWarning
        If writing the file was interrupted, so that its former content is read.
    """
    name = getattr(file, "name", None)
    if isinstance(file, str | os.PathLike):
        path = require_path(os.fsdecode(file), name="file")
        require_file(path)
        _require_no_companion(path)
        where = str(path)
    elif not hasattr(file, "read"):
        raise FileError(f"{shown(file)} is neither a path nor a file opened with open(path, 'rb').")
    elif isinstance(name, str) and _is_whole(file, name):
        path, where = Path(name), name
        require_utf8_name(path)
    else:
        label = Path(name).name if isinstance(name, str) and name else _NAMELESS
        label = label.encode(errors="replace").decode()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / safe_name(label)
            with path.open("wb") as copy:
                copy.writelines(_pieces(file, label))
            if not path.suffix:
                path = path.rename(path.with_name(path.name + ending_of(read_head(path))))
            yield LocalFile(path, label, f"The file object {label!r}", None)
        return
    # GDAL and Arrow take some relative paths for addresses.
    yield LocalFile(last_complete(path.absolute()), path.name, where, path.parent)


def safe_name(name: str) -> str:
    r"""Return a file name without signs that a system treats specially, with the ending of `name`.

    Examples
    --------
    >>> safe_name("a:b\x00?.csv")
    'a_b__.csv'
    """
    safe = re.sub(r"[^\w .()+-]", "_", name).strip(" .") or _NAMELESS
    return safe[-80:].encode()[-_LONGEST_NAME:].decode(errors="ignore")


def _is_whole(file: Any, name: str) -> bool:
    """Return whether a file object is at the start of the file with its name."""
    try:
        same = os.path.samestat(os.fstat(file.fileno()), Path(name).stat())
        return same and Path(name).is_file() and file.tell() == 0 and "b" in file.mode
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def _pieces(file: BinaryIO, label: str) -> Iterator[bytes]:
    size = 0
    if getattr(file, "closed", False):
        raise FileError(f"The file object {label!r} is closed; read it inside its with block.")
    while given := file.read(_PIECE):
        if not isinstance(given, bytes | bytearray | memoryview):
            raise FileError(
                f"The file object {label!r} gives text; open the file with open(path, 'rb')."
            )
        piece = bytes(given)
        # An endless stream, such as a device, is refused before its first gigabytes are written.
        is_text = marked_encoding(piece) is not None or b"\x00" not in piece
        if size == 0 and file_type(piece, label) == "delimited" and not is_text:
            raise FileError(f"The file object {label!r} is not a CSV table but a binary file.")
        size += len(piece)
        if size > LARGEST_UNPACKED:
            raise FileError(
                f"The file object {label!r} gives more than {LARGEST_UNPACKED >> 30} GB; save it "
                "as a file and give its path."
            )
        yield piece
    if size == 0:
        raise FileError(f"The file object {label!r} is empty; if it was read before, seek to 0.")


def require_file(path: Path) -> None:
    """Raise unless a path is that of a file with content, or of a file geodatabase.

    Raises
    ------
    FileError
        If there is no such file, it is an address, a folder, a device or empty, cannot be opened,
        or has a name that is not UTF-8.
    """
    require_utf8_name(path)
    try:
        if path.is_dir():
            if path.suffix.lower() == ".gdb":
                _require_named_folder(path)
                return
            raise FileError(f"{path} is a folder; give one of the files in it.")
        if path.is_file():
            if read_head(path, 1):
                return
            raise FileError(f"{path} is empty (0 bytes); get the file again.")
        if path.exists():
            raise FileError(
                f"{path} is not an ordinary file but a device or a pipe; save it first."
            )
        names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    except (OSError, ValueError) as error:
        require_no_address(str(path))
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{path} cannot be opened: {reason}.") from error
    require_no_address(str(path))
    near = get_close_matches(path.name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "check the spelling and the folder."
    raise FileError(f"{path} does not exist; {hint}")


def _require_named_folder(path: Path) -> None:
    """Raise if a path is a link to the top of a disk, which has no name."""
    real = Path(os.path.realpath(path))
    if not real.name:
        raise FileError(f"{path} is a link to {real}, which is no file geodatabase; remove it.")


def _require_no_companion(path: Path) -> None:
    """Raise if a file has a part or the style of data in a file beside it."""
    ending = path.suffix.lower()
    of_data: tuple[str, ...] = (".shp",)
    what = "a part of"
    if ending in _STYLES:
        what, of_data = "the style of", (*VECTORS, ".tif", ".tiff")
    elif ending not in _OF_SHAPEFILES:
        return
    for data in sorted(path.parent.glob(f"{glob.escape(path.stem)}.*")):
        if data.suffix.lower() in of_data:
            raise FileError(f"{path} is {what} {data.name}; give {data}.")


def require_ordinary_companions(path: Path, *, prefix: str) -> None:
    """Raise if a file beside a path, whose name begins with `prefix`, is a device or a pipe.

    GDAL and SQLite open files beside the one that they are given; reading such a one has no end.

    Raises
    ------
    FileError
        If there is one.
    """
    for entry in path.parent.iterdir():
        if not entry.name.lower().startswith(prefix.lower()) or entry.is_file():
            continue
        if entry.is_fifo() or entry.is_char_device() or entry.is_block_device():
            raise FileError(
                f"{entry}, beside {path.name}, is not an ordinary file but a device or a pipe; "
                "move it to another folder."
            )


def read_consistently(file: Any, read: Callable[[], _Result]) -> _Result:
    """Read a file, and read it again if its set of files was replaced meanwhile.

    A record beside a CSV, or a part of a shapefile, may otherwise belong to another table than the
    file read before it.

    Parameters
    ----------
    file
        The user's path or file object. A file object is read once.
    read
        Reads it.

    Raises
    ------
    FileError
        If the files are replaced during every read; and the errors of `read`.
    """
    if not isinstance(file, str | os.PathLike):
        return read()
    path = require_path(os.fsdecode(file), name="file")
    for _ in range(_TRIES):
        before = _identities(path)
        try:
            result = read()
        except FileError:
            if _identities(path) == before:
                raise
            continue
        if _identities(path) == before:
            return result
    raise FileError(f"{path} is replaced whenever it is read; try again when that has ended.")


def _identities(path: Path) -> list[tuple[int, ...] | None]:
    """Return device, inode and time of change of each file of the set.

    For a single file the time is left out, so that appending to it does not count as replacing it.
    With several files it counts, since the system may reuse the inode of an old file.
    """
    if not path.name:  # not a file; `read` raises
        return []
    names = (path.name, path.name + ABOUT_ENDING, *(path.stem + part for part in PARTS))
    found = [_identity(path.with_name(name)) for name in dict.fromkeys(names)]
    if sum(identity is not None for identity in found) == 1:
        return [identity and identity[:2] for identity in found]
    return found


def _identity(path: Path) -> tuple[int, ...] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns
