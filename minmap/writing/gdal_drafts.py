"""Drafts under names that GDAL takes literally."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minmap.files.safe_copies import is_misread


@contextmanager
def gdal_draft(path: Path) -> Iterator[Path]:
    """Yield a path with a simple name to write to, then move the written files beside `path`.

    Files are renamed with it: what comes before the ending becomes the stem of `path`.
    """
    parent = None if is_misread(path.parent.absolute() / "table") else path.parent
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        yield Path(folder) / f"table{path.suffix}"
        for part in Path(folder).iterdir():
            shutil.move(part, path.with_name(path.stem + part.name.removeprefix("table")))
