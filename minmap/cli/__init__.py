"""The command line: each command reads tables, calls one function and writes the result."""

import io
import os
import sys
import warnings

from minmap.cli import access, catalogues, checks, claims, links, maps, resources, tables  # noqa: F401
from minmap.cli.group import cli
from minmap.cli.terminal import print_warning
from minmap.errors import MinmapError, MinmapWarning, one_line


def main() -> None:
    """Run the command line; exit with 0 if done, 1 after an error, 2 after misuse."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Characters that the terminal cannot show are written as escapes.
            stream.reconfigure(errors="backslashreplace")
    warnings.showwarning = print_warning
    warnings.simplefilter("always", MinmapWarning)
    try:
        cli(prog_name="minmap")
    except MinmapError as error:
        sys.exit("minmap: " + "\n".join(map(one_line, str(error).splitlines())))
    except OSError as error:
        sys.exit(f"minmap: {error.filename or 'file'}: {error.strerror or error}.")
    except Exception as error:
        if os.environ.get("MINMAP_TRACEBACK"):
            raise
        sys.exit(
            f"minmap: unexpected {type(error).__name__}: {one_line(error)} "
            "(a defect: please report it with MINMAP_TRACEBACK=1 set)."
        )
