"""Photograph pages in the three engines of browsers: Blink, Gecko and WebKit.

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
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import websocket
from PIL import Image
from playwright.sync_api import sync_playwright

STATE = "document.documentElement.dataset.minmap"
BUSY = "document.documentElement.dataset.minmapBusy !== undefined"
PATIENCE_S = 180
MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"

Size = tuple[int, int]
Shoot = Callable[[str, Size], bytes]


def _settle(evaluate: Callable[[str], Any]) -> None:
    """Wait until a page is drawn."""
    end = time.monotonic() + PATIENCE_S
    while evaluate(STATE) != "ready" or evaluate(BUSY):
        if time.monotonic() > end:
            raise TimeoutError("the page is not drawn")
        time.sleep(0.2)
    time.sleep(0.5)  # the last frame reaches the screen


@contextmanager
def chromium() -> Iterator[Shoot]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"))

        def shoot(address: str, size: Size) -> bytes:
            with browser.new_page(viewport={"width": size[0], "height": size[1]}) as page:
                page.goto(address)
                _settle(page.evaluate)
                return page.screenshot()

        yield shoot
        browser.close()


@contextmanager
def firefox() -> Iterator[Shoot]:
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


ENGINES = {"Chromium": chromium, "Firefox": firefox, "WebKit": webkit}


def sheet(pictures: list[bytes], out: Path, *, width: int = 620) -> None:
    """Write pictures side by side, each `width` pixels wide."""
    shown = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in pictures]
    small = [one.resize((width, round(one.height * width / one.width))) for one in shown]
    whole = Image.new("RGB", (width * len(small), max(one.height for one in small)), "white")
    for place, one in enumerate(small):
        whole.paste(one, (place * width, 0))
    whole.save(out, quality=78)
