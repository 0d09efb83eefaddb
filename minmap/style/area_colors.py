"""Colours of many areas, such as the units of a geological map."""

from __future__ import annotations

from typing import Final

from minmap.style.symbols import PALETTE

AREA_COLORS: Final = (
    *PALETTE,
    "#A0F488", "#106410", "#10F4F4", "#887CE8", "#7CC470", "#E8A0F4", "#4C7064", "#F4D034",
    "#882858", "#C4E8D0", "#B84C88", "#3494B8", "#404CAC", "#10C4B8", "#C4947C", "#F4AC88",
    "#946464", "#F47C4C", "#34E8AC", "#A094C4", "#884C10", "#6464D0", "#8870A0", "#4C8810",
    "#F488A0", "#A058B8", "#643494", "#7CA070",
)  # fmt: skip
"""Forty colours that readers can tell apart side by side, those of few areas first.

Each colour after `PALETTE` is, among those of moderate chroma, the one that is farthest from all
before it and from the greys of "other" and "not given": the lesser of its distance in Oklab (B.
Ottosson 2020, https://bottosson.github.io/posts/oklab/) and of that distance as people without
green cones see it (Machado, Oliveira and Fernandes 2009, https://doi.org/10.1109/TVCG.2009.113).
The nearest two differ by 0.08, four times the least difference that is seen.
"""
