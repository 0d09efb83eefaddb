"""Take the README's pictures: pages in headless Chromium without a network.

python scripts/build_pictures.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

import minmap as mm  # noqa: E402
from minmap.demo import demo_map  # noqa: E402

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AVOID = ["RUS", "CHN", "IRN"]
CLICKED = "Verkhnee Qairaqty"


def routes_map() -> tuple[mm.Map, tuple[float, float]]:
    """Return a map of the ways of critical minerals to Poti, and a deposit to click."""
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    critical = mm.select(deposits, critical="US-2025", country=["KAZ", "KGZ", "TJK", "TKM", "UZB"])
    reached = mm.access(critical, to="poti_port", avoid=AVOID, by="usd_t")
    page = mm.Map(title="Critical minerals to Poti without Russia, China and Iran")
    page.add(mm.routes(reached), name="Ways to Poti").add(reached, name="Deposits")
    (point,) = mm.select(reached, text=CLICKED).geometry[:1]
    return page, (point.y, point.x)


def take(page: Page, made: mm.Map, name: str, clicked: tuple[float, float] | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        made.save(path)
        page.goto(path.as_uri())
        page.wait_for_selector('html[data-minmap="ready"]', state="attached")
        if clicked is not None:
            where = f"{made.get_name()}.latLngToContainerPoint([{clicked[0]}, {clicked[1]}])"
            place = page.evaluate(f"(place => [place.x, place.y])({where})")
            page.mouse.click(*place)
            page.wait_for_timeout(500)
        shot = page.screenshot()
    out = REPO / "docs" / name
    # A map has few colours: 256 of them make the file a third as large.
    Image.open(BytesIO(shot)).convert("RGB").quantize(
        256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    ).save(out)
    print(out.relative_to(REPO), f"{out.stat().st_size:,} bytes")


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    (REPO / "docs").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        take(page, demo_map(), "demo.png", None)
        routes, clicked = routes_map()
        take(page, routes, "routes.png", clicked)
        browser.close()


if __name__ == "__main__":
    main()
