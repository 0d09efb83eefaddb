"""Names of files that GDAL does not misunderstand."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

# pyogrio takes what follows an exclamation mark for a file inside an archive, and cuts off what
# follows a semicolon, as in an address.
_MISREAD: Final = frozenset("!;")


@contextmanager
def plain_draft(path: Path) -> Iterator[Path]:
    """Give a path to write to under a plain name; all that is written there moves beside `path`.

    Files are renamed with it: what comes before the ending becomes the stem of `path`.
    """
    scratch = None if _MISREAD & set(str(path.parent)) else path.parent
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        yield Path(folder) / f"table{path.suffix}"
        for part in Path(folder).iterdir():
            shutil.move(part, path.with_name(path.stem + part.name.removeprefix("table")))


@contextmanager
def plain_copy(path: Path) -> Iterator[Path]:
    """Give a path to read from: `path` itself, or a copy where its name stands in the way."""
    if not _MISREAD & set(str(path)):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        for part in path.parent.iterdir():
            if part.stem == path.stem and part.is_file():
                shutil.copyfile(part, Path(folder) / f"copy{part.suffix.lower()}")
        yield Path(folder) / f"copy{path.suffix.lower()}"
