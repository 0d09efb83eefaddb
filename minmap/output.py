"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from minmap.errors import FileError, require_one_of


def require_writable(path: str | os.PathLike[str], *, endings: Iterable[str] = ()) -> Path:
    """Return the path if a file can be written there; raise before any work is done for it.

    Parameters
    ----------
    path
        Where a file is going to be written.
    endings
        The endings that are allowed; none means any.

    Raises
    ------
    ChoiceError
        If the ending is not one of `endings`.
    FileError
        If the folder does not exist, or `path` is a folder, a pipe or a device.

    Examples
    --------
    >>> require_writable("near.doc", endings=[".csv", ".gpkg"])
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: ending of near.doc='.doc' is not known.
    Choose one of: .csv, .gpkg.
    """
    target = Path(path)
    if endings:
        require_one_of(target.suffix.lower(), endings, name=f"ending of {target.name}")
    if target.is_dir():
        raise FileError(f"{target} is a folder; give a file name to write to.")
    if target.exists() and not target.is_file():
        raise FileError(f"{target} is a pipe or a device; give a file name to write to.")
    if not target.parent.is_dir():
        raise FileError(f"{target.parent} does not exist; make the folder first.")
    return target


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside `path` and move it there when the block ends well.

    An error inside the block leaves an existing `path` as it was and removes the temporary
    file, so a reader never sees half a file. A link stays one: the file that it leads to is
    replaced. An existing file's permissions are kept.

    Parameters
    ----------
    path
        Where the finished file goes. Its folder must exist.

    Yields
    ------
    pathlib.Path
        A path in the folder of the file with the same name, to write to.

    Raises
    ------
    FileError
        If the folder does not exist or cannot be written to, or `path` is a folder, a pipe or a
        device.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> with atomic_path(target) as draft:
    ...     _ = draft.write_text("done")
    >>> target.read_text(), len(list(target.parent.iterdir()))
    ('done', 1)
    """
    target = require_writable(path)
    place = _led_to(target)
    with _scratch(place.parent) as folder:
        draft = folder / target.name
        yield draft
        _take_permissions(draft, place)
        draft.replace(place)


@contextmanager
def atomic_files(path: str | os.PathLike[str], *, replaces: Iterable[str] = ()) -> Iterator[Path]:
    """Give an empty folder beside `path`; what the block leaves in it moves beside `path` together.

    A table may be several files: a shapefile's parts, a CSV and the record of its sources. They
    come to their places all together, or the old files stay as they were. Links and permissions
    stay as with `atomic_path`.

    Parameters
    ----------
    path
        The main file. Its folder must exist.
    replaces
        Names of files beside `path` that belong to its older self: those that the block does not
        write anew are removed.

    Yields
    ------
    pathlib.Path
        A folder to write to, under the final names.

    Raises
    ------
    FileError
        If the folder does not exist or cannot be written to, `path` is a folder, a pipe or a
        device, or a file cannot be moved to its place.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = target.with_name("a.csv.old").write_text("stale")
    >>> with atomic_files(target, replaces=["a.csv.old"]) as folder:
    ...     _ = (folder / "a.csv").write_text("x")
    ...     _ = (folder / "a.csv.about").write_text("y")
    >>> sorted(file.name for file in target.parent.iterdir())
    ['a.csv', 'a.csv.about']
    """
    target = require_writable(path)
    with _scratch(_led_to(target).parent) as scratch:
        drafts, old = scratch / "drafts", scratch / "old"
        drafts.mkdir()
        old.mkdir()
        yield drafts
        new = [file.name for file in drafts.iterdir()]
        for name in new:
            _take_permissions(drafts / name, target.with_name(name))
        set_aside = [name for name in {*new, *replaces} if os.path.lexists(target.with_name(name))]
        if new == [target.name] and set(set_aside) <= {target.name}:
            # In one step: there is no moment without it.
            (drafts / target.name).replace(_led_to(target))
        else:
            _exchange(target, drafts, old, new=new, set_aside=set_aside)


def _exchange(
    target: Path, drafts: Path, old: Path, *, new: list[str], set_aside: list[str]
) -> None:
    """Move the old files away and the new ones to their places; undo all if one step fails."""
    done: list[tuple[Path, Path]] = []
    places = {name: target.with_name(name) for name in set_aside}
    places |= {name: _led_to(target.with_name(name)) for name in new}
    steps = [(places[name], old / name) for name in set_aside if os.path.lexists(places[name])]
    steps += [(drafts / name, places[name]) for name in new]
    try:
        for source, place in steps:
            _move(source, place)
            done.append((source, place))
    except OSError as error:
        for source, place in reversed(done):
            _move(place, source)
        raise FileError(
            f"{error.filename or target} cannot be replaced: {error.strerror}; close the program "
            "that has it open."
        ) from error


def _move(source: Path, place: Path) -> None:
    try:
        source.replace(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # A link may lead to another disk: there too nobody sees half a file.
        with _scratch(place.parent) as near:
            Path(shutil.copy2(source, near)).replace(place)
        source.unlink()


def _led_to(path: Path) -> Path:
    """Return the file that a link leads to, or the path itself."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _take_permissions(draft: Path, place: Path) -> None:
    if place.exists():
        shutil.copymode(place, draft)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    try:
        scratch = tempfile.TemporaryDirectory(prefix=".minmap-", dir=folder)
    except OSError as error:
        raise FileError(f"{folder} cannot be written to: {error.strerror}.") from error
    with scratch as made:
        yield Path(made)
