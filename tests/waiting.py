"""Wait for what a page shows, never for a length of time."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page

# Far longer than anything takes on a machine that has much else to do.
PATIENCE_S = 90

# Nothing is loading, moving, drawn or waited for, three frames in a row. A page of minmap's marks
# its root element while it has work to do (web/src/ui/busy.ts).
IS_AT_REST = """() => new Promise(resolve => {
    const endless = it => it.effect?.getComputedTiming().endTime === Infinity;
    const isBusy = () => document.documentElement.dataset.minmapBusy !== undefined
        || document.querySelector('[data-minmap="loading"]') !== null
        || document.getAnimations().some(it => it.playState === "running" && !endless(it));
    let frames = 3;
    const look = () => {
        if (isBusy()) resolve(false);
        else if (frames-- === 0) resolve(true);
        else requestAnimationFrame(look);
    };
    look(); })"""


def until(holds: Callable[[], object]) -> None:
    """Ask again and again until something holds."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, f"it did not come about within {PATIENCE_S} s"
        time.sleep(0.02)


def at_rest(page: Page) -> None:
    """Wait until a page has done all that it was asked for."""
    until(lambda: page.evaluate(IS_AT_REST))
