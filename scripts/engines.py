"""Photograph pages in the three engines of browsers, for a sheet of small pictures of each.

    xvfb-run python scripts/engines.py FOLDER [ENGINE ...]

FOLDER gets ``engine_chromium.webp``, ``engine_firefox.webp`` and ``engine_webkit.webp``; without
names of engines all three are run. The pages are those of ``scripts/published_pages.py``, and the
demo in several sizes, dark and in Russian; in Chromium also with forced colours.

Chromium is driven by Playwright, Firefox by WebDriver BiDi, and WebKit's own small browser
(Debian's webkit2gtk-driver, on a screen such as that of xvfb-run) by WebDriver.
"""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from folders import REPO, SHARED
from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(REPO))

from minmap.demo import demo_map
from scripts.published_pages import PAGES

STATE = "document.documentElement.dataset.minmap"
BUSY = "document.documentElement.dataset.minmapBusy !== undefined"
PATIENCE_S = 180
MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"

DESK, PHONE = (1400, 900), (390, 844)
SIZES = (PHONE, (844, 390), (768, 1024), DESK, (1920, 1080))
HIGH = 270  # height of a small picture, in pixels
ROW = 1740  # width of a row of them
CAPTION = 16  # height of the words below
GAP = 6
QUALITY = 72

Size = tuple[int, int]
Shoot = Callable[[str, Size], bytes]


class Shot(NamedTuple):
    """A page in a size, and whether the reader's system chooses its colours."""

    page: str
    size: Size
    is_forced: bool = False


SHOTS = (
    *(Shot("demo", size) for size in SIZES),
    *(Shot("demo, dark", size) for size in (PHONE, DESK)),
    *(Shot("demo, Russian", size) for size in (PHONE, DESK)),
    *(Shot("demo", size, is_forced=True) for size in (PHONE, DESK)),
    *(Shot(name, DESK) for name in PAGES if name != "demo"),
)


def _settle(evaluate: Callable[[str], Any]) -> None:
    """Wait until a page is drawn."""
    end = time.monotonic() + PATIENCE_S
    while evaluate(STATE) != "ready" or evaluate(BUSY):
        if time.monotonic() > end:
            raise TimeoutError("the page is not drawn")
        time.sleep(0.2)
    time.sleep(0.5)  # the last frame reaches the screen


@contextmanager
def chromium(**options: Any) -> Iterator[Shoot]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"))

        def shoot(address: str, size: Size) -> bytes:
            view = {"width": size[0], "height": size[1]}
            with browser.new_page(viewport=view, **options) as page:
                page.goto(address)
                _settle(page.evaluate)
                return page.screenshot()

        yield shoot
        browser.close()


@contextmanager
def firefox() -> Iterator[Shoot]:
    try:
        import websocket  # noqa: PLC0415  # only Firefox is driven through one
    except ImportError:
        sys.exit("Firefox is driven through a WebSocket: pip install websocket-client")
    with tempfile.TemporaryDirectory() as profile:
        command = ["firefox-esr", "--headless", "--no-remote", "--remote-debugging-port=0"]
        run = subprocess.Popen([*command, "--profile", profile], stderr=subprocess.PIPE, text=True)
        said = (re.search(r"BiDi listening on (ws://\S+)", line) for line in run.stderr or ())
        host = next(found.group(1) for found in said if found)
        line = websocket.create_connection(f"{host}/session", suppress_origin=True)
        numbers = count(1)

        def call(method: str, **params: Any) -> Any:
            number = next(numbers)
            line.send(json.dumps({"id": number, "method": method, "params": params}))
            while (answer := json.loads(line.recv())).get("id") != number:
                pass
            return answer["result"]

        call("session.new", capabilities={})
        tab = call("browsingContext.getTree")["contexts"][0]["context"]

        def evaluate(code: str) -> Any:
            target = {"target": {"context": tab}, "awaitPromise": False}
            return call("script.evaluate", expression=code, **target)["result"].get("value")

        def shoot(address: str, size: Size) -> bytes:
            view = {"width": size[0], "height": size[1]}
            call("browsingContext.setViewport", context=tab, viewport=view)
            call("browsingContext.navigate", context=tab, url=address, wait="complete")
            _settle(evaluate)
            return base64.b64decode(call("browsingContext.captureScreenshot", context=tab)["data"])

        try:
            yield shoot
        finally:
            run.kill()
            run.wait()


@contextmanager
def webkit(port: int = 4447) -> Iterator[Shoot]:
    run = subprocess.Popen(["/usr/bin/WebKitWebDriver", f"--port={port}"])
    options = {"binary": MINI_BROWSER, "args": ["--automation"]}

    def call(path: str, body: dict[str, Any] | None = None, method: str | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        head = {"Content-Type": "application/json"}
        address = f"http://127.0.0.1:{port}{path}"
        request = urllib.request.Request(address, data, head, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)["value"]

    def begin() -> str:
        time.sleep(1)
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        return f"/session/{call('/session', wanted)['sessionId']}"

    def evaluate(code: str) -> Any:
        return call(f"{session}/execute/sync", {"script": f"return {code}", "args": []})

    def shoot(address: str, size: Size) -> bytes:
        spare = evaluate("[outerWidth - innerWidth, outerHeight - innerHeight]")
        width, height = (side + more for side, more in zip(size, spare, strict=True))
        call(f"{session}/window/rect", {"width": width, "height": height})
        call(f"{session}/url", {"url": address})
        _settle(evaluate)
        return base64.b64decode(call(f"{session}/screenshot"))

    try:
        session = begin()
        yield shoot
        call(f"{session}/window", method="DELETE")
    finally:
        run.kill()
        run.wait()


ENGINES: dict[str, Callable[[], Any]] = {
    "chromium": chromium,
    "firefox": firefox,
    "webkit": webkit,
}


def save_pages(folder: Path) -> dict[str, str]:
    """Save the pages of `SHOTS`; return the address of each."""
    reference = SHARED if SHARED.exists() else None
    made = {name: make(reference) for name, make in PAGES.items()}
    for word, chosen in (("dark", {"theme": "dark"}), ("Russian", {"language": "ru"})):
        made[f"demo, {word}"] = demo_map()
        vars(made[f"demo, {word}"].get_root()).update(chosen)
    for name, page in made.items():
        if page is not None:
            page.save(folder / f"{name}.html")
    return {file.stem: file.as_uri() for file in folder.glob("*.html")}


def taken(engine: str, addresses: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the picture of each shot of an engine."""
    for is_forced in (False, True) if engine == "chromium" else (False,):
        options = {"forced_colors": "active"} if is_forced else {}
        with ENGINES[engine](**options) as shoot:
            for name, size, forced in SHOTS:
                if forced == is_forced and name in addresses:
                    print(engine, name, size, flush=True)
                    yield name + ", forced colours" * forced, shoot(addresses[name], size)


def sheet(pictures: Iterator[tuple[str, bytes]], out: Path) -> None:
    """Write pictures in rows, each of one height, with its name and size below."""
    whole = Image.new("RGB", (ROW, 100 * HIGH), "white")
    pen = ImageDraw.Draw(whole)
    x = y = GAP
    for name, picture in pictures:
        shown = Image.open(io.BytesIO(picture)).convert("RGB")
        # A window may be larger than wanted: that of WebKit's browser is at least 447 pixels wide.
        words = f"{name}, {shown.width} x {shown.height}"
        small = shown.resize((round(shown.width * HIGH / shown.height), HIGH))
        wide = max(small.width, round(pen.textlength(words)))
        if x + wide > ROW:
            x, y = GAP, y + HIGH + CAPTION + GAP
        whole.paste(small, (x, y))
        pen.text((x, y + HIGH), words, fill="black")
        x += wide + 2 * GAP
    whole.crop((0, 0, ROW, y + HIGH + CAPTION + GAP)).save(out, quality=QUALITY, method=6)
    print(out, f"{out.stat().st_size:,} bytes")


def main(out: Path, engines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        addresses = save_pages(Path(folder))
        for engine in engines:
            sheet(taken(engine, addresses), out / f"engine_{engine}.webp")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(ENGINES))
