"""Use minmap as it was installed from a wheel: run in a folder outside the checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import minmap as mm


def main() -> None:
    if "site-packages" not in mm.__file__:
        raise SystemExit(
            f"{mm.__file__}: this is the checkout; install the wheel and run elsewhere"
        )
    subprocess.run([sys.executable, "-m", "minmap", "demo"], check=True)
    page = Path("middle_corridor.html").read_text(encoding="utf-8")
    assert 'data-minmap="loading"' in page
    assert len(mm.sources()) >= 6
    assert len(mm.corridor("middle").legs) > 20
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    assert len(mm.check(deposits)) > 1
    mm.Map(deposits).save_folder("site")
    assert len(list(Path("site").iterdir())) == 3  # page, records, words
    mm.write(mm.select(deposits, critical="US-2025"), "critical.xlsx")
    assert len(mm.read("critical.xlsx")) > 100
    licences = Path(mm.__file__).parent / "webmap" / "static" / "licences.txt"
    assert licences.stat().st_size > 1000
    print("the installed wheel works outside the checkout")


if __name__ == "__main__":
    main()
