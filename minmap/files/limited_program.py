"""Run a Python file that ends with the process that started it; `limited_process` runs this.

The arguments are the id of that process, the path of the file and its own arguments.
"""

import os
import runpy
import signal
import sys
from contextlib import suppress
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # of prctl(2): the signal at the end of the parent


def main() -> None:
    """Run the file that the arguments name."""
    parent, program = int(sys.argv[1]), sys.argv[2]
    del sys.argv[:2]
    if sys.platform == "linux":
        with suppress(ImportError, AttributeError, OSError):  # a Python without ctypes
            import ctypes  # noqa: PLC0415  # only Linux has this function

            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it has ended before
            return
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
