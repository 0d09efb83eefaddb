"""Run a Python file within limits that ends with the process that started it.

`limited_process` runs this. The arguments are the id of that process, the most seconds of the
processor, bytes of output and bytes of memory, the folders of the packages that the file imports,
its path, and its own arguments.
"""

import os
import runpy
import signal
import sys
from contextlib import suppress
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # of prctl(2): the signal at the end of the parent
# Other packages import these where they can, and do without them; importing them takes time.
_UNUSED: Final = ("geopandas", "pandas", "shapely", "pyproj")


def main() -> None:
    """Run the file that the arguments name."""
    parent, *limits = map(int, sys.argv[1:5])
    folders, program = sys.argv[5:7]
    del sys.argv[:6]
    if sys.platform == "linux":
        _limit(*limits)
        with suppress(ImportError, AttributeError, OSError):  # a Python without ctypes
            import ctypes  # noqa: PLC0415  # only Linux has this function

            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent and not _exists(parent):  # a program between may have started it
            return
    sys.path += folders.split(os.pathsep)
    sys.modules |= dict.fromkeys(_UNUSED)  # type: ignore[arg-type]  # importing None raises
    runpy.run_path(program, run_name="__main__")


def _limit(seconds: int, output_bytes: int, memory_bytes: int) -> None:
    """Let the system keep limits, unless lower ones hold already."""
    import resource  # noqa: PLC0415  # not on Windows

    for kind, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, output_bytes),
        (resource.RLIMIT_AS, memory_bytes),
    ):
        given = resource.getrlimit(kind)
        least = min([limit, *(most for most in given if most != resource.RLIM_INFINITY)])
        resource.setrlimit(kind, (least, given[1]))


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    main()
