"""Zip archives with the same bytes for the same files."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_MODE: Final = 0o644 << 16
_UNIX: Final = 3


def pack(path: Path, files: Iterable[Path]) -> None:
    """Write files to an archive, without their dates and permissions.

    Parameters
    ----------
    path
        The archive.
    files
        Its members, each under its name.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("a")
    >>> pack(folder / "a.zip", [folder / "a.txt"])
    >>> [(member.filename, member.date_time[0]) for member in ZipFile(folder / "a.zip").filelist]
    [('a.txt', 1980)]
    """
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for file in files:
            member = ZipInfo(file.name)
            member.compress_type = ZIP_DEFLATED
            member.external_attr = _MODE
            member.create_system = _UNIX
            # Some readers of KMZ need the size before the data, where a size known here is written.
            member.file_size = file.stat().st_size
            with file.open("rb") as source, archive.open(member, "w") as packed:
                shutil.copyfileobj(source, packed)
