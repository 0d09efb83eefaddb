"""Take the pictures of README and gallery: pages in headless Chromium without a network.

    python scripts/build_pictures.py [NAME ...]

Without names all are taken; ``paper`` takes all figures, which need no browser, and ``print`` those
of the gallery that are PDFs.
``docs/gallery.md`` is written from ``scripts/gallery.py``, and ``docs/looks_gallery.md`` from
``scripts/looks.py``.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

import looks  # noqa: E402
import made_data  # noqa: E402
from gallery import DESK, PRINTS, SCENES, Print, Scene, press_place  # noqa: E402

import minmap as mm  # noqa: E402
from minmap.demo import demo_map  # noqa: E402
from tests import jupyter  # noqa: E402

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AVOID = ["RUS", "CHN", "IRN"]
PAPER_MM, PAPER_DPI = 200, 110
PRINT_DPI = 130
CLICKED = "Verkhnee Qairaqty"
DOCS = REPO / "docs"
HEAD = """# Gallery

Each picture is a page of minmap in a browser without a network, or at the end a PDF, made by the
code beside it (`python scripts/build_pictures.py`).
"""
ENGINES = """
## In three engines of browsers

Twelve maps, and the demo in several sizes, dark and in Russian, as Chromium, Firefox and WebKit
draw them (`python scripts/engines.py`). Chromium also shows it with forced colours, those of the
reader's system. The window of WebKit's browser is at least 447 pixels wide.

![Maps in Chromium](gallery/engine_chromium.webp)

![Maps in Firefox](gallery/engine_firefox.webp)

![Maps in WebKit](gallery/engine_webkit.webp)
"""
LOOKS_HEAD = """# Gallery of looks

The first picture is a page of the map that the code above it returns, the second its figure for
paper. [Looks](looks.md) explains the
keywords. Tables from `made` are [made for these pictures](#the-made-data): nothing in them was
observed, except names and places.
"""
MADE_HEAD = """
## The made data

"""


def routes_map() -> tuple[mm.Map, tuple[float, float]]:
    """Return a map of the ways of critical minerals to Poti, and a deposit to click."""
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    critical = mm.select(deposits, critical="US-2025", country=["KAZ", "KGZ", "TJK", "TKM", "UZB"])
    reached = mm.access(critical, to="poti_port", avoid=AVOID, objective="usd_t")
    page = mm.Map(title="Critical minerals to Poti without Russia, China and Iran")
    page.add(mm.routes(reached), name="Ways to Poti").add(reached, name="Deposits")
    (point,) = mm.select(reached, text=CLICKED).geometry[:1]
    return page, (point.y, point.x)


def opened(browser: Browser, made: mm.Map, size: tuple[int, int]) -> Page:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        made.save(path)
        page.goto(path.as_uri())
        page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    return page


def keep(page: Page, out: Path) -> None:
    page.wait_for_timeout(400)
    write(page.screenshot(), out)
    page.close()


def write(png: bytes, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    # A map has few colours: 256 of them make the file a third as large.
    Image.open(BytesIO(png)).convert("RGB").quantize(
        256, Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE
    ).save(out, optimize=True)
    print(out.relative_to(REPO), f"{out.stat().st_size:,} bytes")


def paper(shown: looks.Look) -> None:
    """Draw the figure of the same map."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figure.png"
        shown.make().save(file, width_mm=PAPER_MM, dpi=PAPER_DPI)
        write(file.read_bytes(), DOCS / "gallery" / "looks" / f"{shown.name}_paper.png")


def print_out(shown: Print) -> None:
    """Draw the pages of a PDF beside each other."""
    import pypdfium2  # noqa: PLC0415  # the tests import this file, and have no need of it

    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        exec(shown.code, {"mm": mm})
        (file,) = Path().glob("*.pdf")
        dpi = PRINT_DPI / shown.columns
        pages = [page.render(scale=dpi / 72).to_pil() for page in pypdfium2.PdfDocument(file)]
    width, height = pages[0].size
    rows = -(-len(pages) // shown.columns)
    whole = Image.new("RGB", (shown.columns * width, rows * height), "white")
    for at, page in enumerate(pages):
        whole.paste(page, (at % shown.columns * width, at // shown.columns * height))
    content = BytesIO()
    whole.save(content, "PNG")
    write(content.getvalue(), DOCS / "gallery" / f"{shown.name}.png")


def readme_pictures(browser: Browser) -> Iterator[tuple[str, Any]]:
    """Yield the name of each picture of the README, and the function that takes it."""
    yield "demo", lambda: keep(opened(browser, demo_map(), DESK), DOCS / "demo.png")

    def routes() -> None:
        made, (lat, lon) = routes_map()
        page = opened(browser, made, DESK)
        press_place(lat, lon)(page)
        keep(page, DOCS / "routes.png")

    yield "routes", routes


def scene(browser: Browser, shown: Scene) -> None:
    names: dict[str, Any] = {"mm": mm}
    exec(shown.code, names)
    page = opened(browser, names["m"], shown.size)
    for act in shown.acts:
        act(page)
        page.wait_for_timeout(250)
    keep(page, DOCS / "gallery" / f"{shown.name}.png")


def picture(browser: Browser, shown: looks.Look) -> None:
    page = opened(browser, shown.make(), shown.size)
    for act in shown.acts:
        act(page)
        page.wait_for_timeout(250)
    keep(page, DOCS / "gallery" / "looks" / f"{shown.name}.png")


def notebook_scene(browser: Browser, shown: Scene) -> None:
    context = browser.new_context(viewport={"width": shown.size[0], "height": shown.size[1]})
    with tempfile.TemporaryDirectory() as home, jupyter.server(Path(home)) as server:
        cells = [f"import minmap as mm\n\n{shown.code}", shown.after]
        opened = jupyter.open_notebook(context, server, *cells, interface="notebooks")
        jupyter.ready(opened.run(0))
        for act in shown.acts:
            act(opened.page)
        opened.run(1)
        opened.cell(0).locator(".mm-widget").scroll_into_view_if_needed()
        keep(opened.page, DOCS / "gallery" / f"{shown.name}.png")


def gallery() -> str:
    """Write the page of the gallery."""
    parts = [
        f"\n## {shown.title}\n\n{shown.text}\n\n"
        f"```python\nimport minmap as mm\n\n{shown.code}\n{last_line(shown)}\n```\n\n"
        f"![{shown.title}](gallery/{shown.name}.png)\n"
        for shown in SCENES
    ]
    parts += [
        f"\n## {shown.title}\n\n{shown.text}\n\n```python\nimport minmap as mm\n\n{shown.code}\n"
        f"```\n\n![{shown.title}](gallery/{shown.name}.png)\n"
        for shown in PRINTS
    ]
    return HEAD + "".join(parts) + ENGINES


def last_line(shown: Scene) -> str:
    """Return the last line of a scene's code: the next cell, or the saving of the page."""
    return f"\n{shown.after}" if shown.after else f'm.save("{shown.name}.html")'


def gallery_of_looks() -> str:
    """Write the page of the looks."""
    parts = [
        f"\n## {shown.title}\n\n{shown.text}\n\n```python\n{shown.code}\n```\n\n"
        f"![{shown.title}](gallery/looks/{shown.name}.png)\n\n"
        f'On paper, `m.save("map.pdf")`:\n\n'
        f"![{shown.title}, on paper](gallery/looks/{shown.name}_paper.png)\n"
        for shown in looks.LOOKS
    ]
    return LOOKS_HEAD + "".join(parts) + MADE_HEAD + f"```python\n{made_data_code()}```\n"


def made_data_code() -> str:
    return Path(made_data.__file__).read_text(encoding="utf-8")


def take_pages(wanted: set[str]) -> None:
    """Take the pictures of pages; all of them if none is wanted."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, take in readme_pictures(browser):
            if not wanted or name in wanted:
                take()
        for shown in SCENES:
            if not wanted or shown.name in wanted:
                (notebook_scene if shown.after else scene)(browser, shown)
        for look in looks.LOOKS:
            if not wanted or look.name in wanted:
                picture(browser, look)
        browser.close()


def main() -> None:
    wanted = set(sys.argv[1:])
    warnings.simplefilter("ignore", mm.MinmapWarning)
    take_pages(wanted)
    for look in looks.LOOKS:
        if not wanted or wanted & {look.name, "paper"}:
            paper(look)
    for sheet in PRINTS:
        if not wanted or wanted & {sheet.name, "print"}:
            print_out(sheet)
    (DOCS / "gallery.md").write_text(gallery(), encoding="utf-8")
    (DOCS / "looks_gallery.md").write_text(gallery_of_looks(), encoding="utf-8")


if __name__ == "__main__":
    main()
