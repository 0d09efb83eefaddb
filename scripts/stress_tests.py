"""Run tests again and again, with other fonts and with busy cores: they must not depend on either.

    python scripts/stress_tests.py
    python scripts/stress_tests.py --fonts FOLDER --fonts FOLDER --busy 2 --runs 5
    python scripts/stress_tests.py --runs 5 tests/test_browser.py -k ruler

Each ``--fonts`` gives a folder with the only fonts that the browser finds; ``--busy`` says how many
processes keep a core each busy meanwhile. What the script does not know goes to pytest; without a
test file the browser tests are run. Exits with 1 if a run fails, after all runs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

REPO = Path(__file__).resolve().parents[1]
FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@contextmanager
def environment(fonts: Path | None) -> Iterator[dict[str, str]]:
    """Give the environment in which only the fonts of a folder are found; None means all."""
    if fonts is None:
        yield dict(os.environ)
        return
    if not any(fonts.rglob("*.[to]tf")):
        raise SystemExit(f"--fonts {fonts}: the folder holds no .ttf or .otf; give one that does")
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "fonts.conf"
        paths = {"fonts": escape(str(fonts.resolve())), "cache": escape(folder)}
        config.write_text(FONTCONFIG.format_map(paths), encoding="utf-8")
        yield {**os.environ, "FONTCONFIG_FILE": str(config)}


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep cores busy meanwhile."""
    loop = [sys.executable, "-c", "while True: pass"]
    running = [subprocess.Popen(loop) for _ in range(processes)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def main() -> int:
    """Run the tests under each condition, and report each run in a line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--fonts", type=Path, action="append", help="a folder of fonts; repeatable")
    parser.add_argument("--busy", type=int, default=0, help="how many processes keep cores busy")
    parser.add_argument("--runs", type=int, default=2, help="runs with each folder of fonts")
    options, rest = parser.parse_known_args()
    if not any(part.endswith(".py") or ".py::" in part for part in rest):
        rest += ["-m", "walk or browser", "tests"]  # tests/conftest.py marks them
    failed = 0
    for fonts in options.fonts or [None]:
        for number in range(1, options.runs + 1):
            with ExitStack() as stack:
                env = stack.enter_context(environment(fonts))
                stack.enter_context(busy(options.busy))
                command = [sys.executable, "-m", "pytest", "-q", *rest]
                status = subprocess.run(command, cwd=REPO, env=env, check=False).returncode
            failed += status != 0
            where = f"fonts of {fonts.name}" if fonts else "all fonts"
            state = "passed" if status == 0 else f"failed ({status})"
            print(f"== run {number} with {where}, {options.busy} busy: {state}", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
