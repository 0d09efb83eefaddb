"""Write the table of an Arrow file (Feather) as Parquet; `minmap.files.feather` runs this.

The arguments are the path of the file and that of the Parquet file. The output is one line of JSON:
null, or the text of an error.
"""

from __future__ import annotations

import json
import sys


def main() -> None:
    """Convert the file that the arguments name."""
    file, copy = sys.argv[1:]
    try:
        write_parquet(file, copy)
        result = None
    except Exception as error:  # noqa: BLE001  # the line tells it
        result = str(error) or type(error).__name__
    sys.stdout.write(f"{json.dumps(result)}\n")


def write_parquet(file: str, copy: str) -> None:
    """Write the table of an Arrow file as Parquet, with its metadata and types."""
    import pyarrow as pa  # noqa: PLC0415  # `limited_program` has set its folder
    import pyarrow.parquet as pq  # noqa: PLC0415  # `limited_program` has set its folder

    with pa.memory_map(file) as stream, pa.ipc.open_file(stream) as reader:
        table = reader.read_all()
        table.validate(full=True)
        # Without compression the copy is about as large as the table in memory.
        pq.write_table(table, copy, compression="none", use_dictionary=False)


if __name__ == "__main__":
    main()
