"""Read a vector file on trial in another process, before GDAL reads it in this one.

GDAL makes many points of an arc, and draws a block as often as a drawing inserts it, so that a few
bytes may become gigabytes. Only GDAL knows how many.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.files import trial_process
from minmap.files.companions import all_parts
from minmap.files.damage import as_file_error, reason_of
from minmap.files.limited_process import Amounts, Budget, output_of

_UNREADABLE: Final = "cannot be read as a vector file"
_CURE: Final = "If you trust it, save the layer to a GeoPackage with QGIS or ogr2ogr."
_FREE: Final = Amounts(512, 5, 1)
_FREE_OF_ARCHIVE: Final = Amounts(512, 15, 1)
_KEPT: Final = 256  # results of trials
# GDAL begins some reasons with a line of its own source.
_SOURCE: Final = re.compile(r"\S*\.(?:cpp|c|h), ?\d+: ")


@dataclass(frozen=True)
class _Trial:
    """A file to try; trials of the same content, ending and limit are equal."""

    content: tuple[tuple[str, bytes], ...]
    ending: str
    most: int
    size: int | None
    file: Path = field(compare=False)
    where: str = field(compare=False)
    budget: Budget = field(compare=False)


def archive_budget() -> Budget:
    """Return what the vector files of one archive may take together until they are open."""
    return _budget(_FREE_OF_ARCHIVE)


def bytes_out(
    file: Path, most: int, where: str, budget: Budget | None = None, *, size: int | None = None
) -> int:
    """Return the size of a file's layers in memory; stop counting above `most`.

    A file that has been tried in this process is not tried again.

    Parameters
    ----------
    file
        The file that GDAL will open.
    most
        How many bytes may come out.
    where
        Its name in messages.
    budget
        What is left of what the files of an archive may take. None means that of one file.
    size
        The bytes by which it is limited; None means those of the file.

    Raises
    ------
    FileError
        If GDAL cannot read it, or takes more than 512 MB of memory, 5 seconds of the processor
        (15 for the files of an archive, and 0.1 for each), and for each MB of the file 64 MB and 2
        seconds.
    """
    parts = sorted(file.iterdir()) if file.is_dir() else all_parts(file).values()
    content = tuple((part.name if file.is_dir() else part.suffix, _digest(part)) for part in parts)
    trial = _Trial(content, file.suffix, most, size, file, where, budget or _budget(_FREE))
    return _tried(trial)


def short_reason(error: Exception, file: Path) -> str:
    """Return what an error of GDAL says of a file, which may be a copy, for a message.

    It has neither the advice of GDAL, which is about GDAL, nor places in its source.
    """
    text = _SOURCE.sub("", str(error)).replace(f"'{file}' not", "it is not")
    text = text.replace(str(file), "it").split(";")[0]
    return reason_of(ValueError(text) if " " in text else error)


def _digest(file: Path) -> bytes:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _budget(free: Amounts) -> Budget:
    each, per_mb = Amounts(0, 0.1, 0), Amounts(64, 2, 0)
    return Budget(free, each, per_mb, kind="a vector file", cure=_CURE)


@lru_cache(_KEPT)
def _tried(trial: _Trial) -> int:
    arguments = (str(trial.file), str(trial.most))
    with (
        as_file_error(f"{trial.where} {_UNREADABLE}", cure=_CURE),
        output_of(
            trial_process.__file__,
            arguments,
            trial.file,
            trial.where,
            budget=trial.budget,
            packages=("pyogrio", "pyarrow", "numpy"),
            size=trial.size,
        ) as output,
    ):
        line = output.read()
    result = json.loads(line) if line.endswith(b"\n") else "GDAL crashes on it"
    if isinstance(result, str):
        reason = short_reason(ValueError(result), trial.file)
        raise FileError(f"{trial.where} {_UNREADABLE}: {reason}. {_CURE}")
    return int(result)
