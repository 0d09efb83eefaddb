"""Take the README's pictures: the demo page in headless Chromium without a network.

python scripts/build_pictures.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

from minmap.demo import demo_map  # noqa: E402

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "demo.html"
        demo_map().save(path)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(path.as_uri())
        page.wait_for_selector('html[data-minmap="ready"]', state="attached")
        out = REPO / "docs" / "demo.png"
        out.parent.mkdir(exist_ok=True)
        shot = page.screenshot()
        browser.close()
    # A map has few colours: 256 of them make the file a third as large.
    Image.open(BytesIO(shot)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(out)
    print(out.relative_to(REPO), f"{out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
