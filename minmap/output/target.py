"""Paths to which a file can be written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from minmap.addresses import require_no_address
from minmap.arguments import require_path
from minmap.errors import ChoiceError, FileError
from minmap.output.failures import write_error

PAGES: Final = (".html", ".htm")
"""Endings of a page."""
PICTURES: Final = (".pdf", ".svg", ".png")
"""Endings of a picture."""


def require_writable(path: str | os.PathLike[str], *, endings: Iterable[str] = ()) -> Path:
    """Return the path if a file can be written there; raise before any work is done.

    Parameters
    ----------
    path
        The file to write.
    endings
        The endings that are allowed; empty for any.

    Raises
    ------
    ChoiceError
        If the ending is not one of `endings`.
    FileError
        If the folder does not exist, `path` is a folder, a pipe, a device or a link to a file with
        another ending, or the system does not allow such a name.

    Examples
    --------
    >>> require_writable("near.doc", endings=[".csv", ".gpkg"])
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: near.doc ends in '.doc', which cannot be written; give a name that
    ends in one of: .csv, .gpkg.
    """
    target = require_path(path, name="path")
    if endings and target.suffix.lower() not in (allowed := sorted(endings)):
        ending = f"ends in {target.suffix!r}, which cannot be written" if target.suffix else ""
        raise ChoiceError(
            f"{target.name or target} {ending or 'has no ending'}; give a name that ends in one "
            f"of: {', '.join(allowed)}."
        )
    try:
        if target.is_dir():
            raise FileError(f"{target} is a folder; give a file name to write to.")
        if target.exists() and not target.is_file():
            raise FileError(f"{target} is a pipe or a device; give a file name to write to.")
        _require_like_link(target)
        if not target.parent.is_dir():
            require_no_address(str(target))
            raise FileError(f"{target.parent} does not exist; make the folder first.")
    except OSError as error:
        raise write_error(target, error) from error
    return target


def _require_like_link(target: Path) -> None:
    """Refuse a link to a file of another kind, which would be replaced."""
    file = resolved(target)
    if file.exists() and file.suffix.lower() not in (target.suffix.lower(), ""):
        raise FileError(
            f"{target} is a link to {file}, which would be replaced and has another ending; remove "
            "the link first, or give another name."
        )


@contextmanager
def made_folder(folder: Path) -> Iterator[None]:
    """Make a folder if it does not exist; remove it if the block fails and leaves it empty.

    Raises
    ------
    FileError
        If it cannot be made.
    """
    try:
        is_new = not folder.exists()
        if is_new:
            require_no_address(str(folder))
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise


def resolved(path: Path) -> Path:
    """Return the file that a link leads to, or the path itself."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path
