"""Copy an Arrow file (Feather) to Parquet in another process, within limits.

Arrow trusts the lengths that its buffers state, and decompresses whole columns at once.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.files import feather_process
from minmap.files.damage import as_file_error, reason_of
from minmap.files.limited_process import Amounts, Budget, output_of
from minmap.files.parquet import most_bytes

_CURE: Final = "Get the file again, or write it anew with pyarrow or geopandas, as Parquet."
_TOO_LARGE: Final = "File too large"  # as the system says at the limit
_FREE: Final = Amounts(1024, 5, 1)
_PER_MB: Final = Amounts(64, 2, 0)


@contextmanager
def as_parquet(path: Path, where: str, budget: Budget | None = None) -> Iterator[Path]:
    """Yield a temporary Parquet file with the table of an Arrow file.

    Parameters
    ----------
    path
        The file.
    where
        Its name in messages.
    budget
        What is left of what the vector files of an archive may take; None outside one.

    Raises
    ------
    FileError
        If it is damaged, is far larger than the file, or takes more than 1 GB of memory and 5
        seconds of the processor, and for each MB of the file 64 MB and 2 seconds.
    """
    kind = "an Arrow file"
    budget = budget or Budget(_FREE, Amounts(0, 0, 0), _PER_MB, kind=kind, cure=_CURE)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / "table.parquet"
        with (
            as_file_error(f"{where} cannot be read as an Arrow file", cure=_CURE),
            output_of(
                feather_process.__file__,
                (str(path), str(copy)),
                path,
                where,
                budget=budget,
                packages=("pyarrow", "numpy"),
                written_bytes=most_bytes(path),
            ) as output,
        ):
            line = output.read()
        result = json.loads(line) if line.endswith(b"\n") else "Arrow ends on it"
        if result is not None:
            expands = f"it expands to more than {most_bytes(path) >> 20:,} MB"
            reason = expands if _TOO_LARGE in result else reason_of(ValueError(result))
            raise FileError(f"{where} cannot be read as an Arrow file: {reason}. {_CURE}")
        yield copy
