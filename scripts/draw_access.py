"""Draw the pictures of the page of access: lorries and ways before roads, and now.

    python scripts/draw_access.py

The results are ``docs/access/lorries.png``, ``armenia.png`` and ``markets.png``.
"""

from __future__ import annotations

from io import BytesIO

import geopandas as gpd
import numpy as np
import shapely
from access_ways import Crossings, before, mines, reached_now
from folders import REPO
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from PIL import Image

from minmap import Network, routes
from minmap.places.country_polygons import land_of, world

OUT = REPO / "docs" / "access"
LAND, SEA, EDGE, INK = "#f7f5f0", "#dfe9f0", "#b9b4a8", "#1f2328"
# Okabe and Ito (2008): distinct for all kinds of colour vision.
COLORS = {"road": "#D55E00", "rail": "#0072B2", "sea": "#009E73"}
CLOSED = "#c00000"
REGION = (22.0, 90.0, 26.0, 57.0)
LORRIES = (24.0, 88.0, 34.5, 57.0)
ARMENIA = (34.5, 47.5, 36.0, 42.6)
ROADS = "Roads of August 2021: © OpenStreetMap contributors, ODbL 1.0. Land: Natural Earth."


def parts(geometries: list[shapely.Geometry]) -> list[np.ndarray]:
    lines = shapely.get_parts(np.array(geometries, dtype=object))
    return [shapely.get_coordinates(line) for line in lines if not line.is_empty]


def base(axes: Axes, box: tuple[float, float, float, float], title: str) -> None:
    codes = world().codes
    land = land_of(sorted({code for code in codes if code is not None}))
    land.plot(ax=axes, color=LAND, edgecolor=EDGE, linewidth=0.4, zorder=0)
    axes.set(xlim=box[:2], ylim=box[2:], xticks=[], yticks=[], facecolor=SEA)
    axes.set(xlabel="", ylabel="")
    axes.set_aspect(1 / np.cos(np.radians((box[2] + box[3]) / 2)))
    axes.set_title(title, fontsize=9, loc="left", color=INK)


def draw(axes: Axes, lines: list[np.ndarray], color: str, width: float, zorder: float = 3) -> None:
    axes.add_collection(LineCollection(lines, colors=color, linewidths=width, zorder=zorder))


def points(axes: Axes, places: gpd.GeoSeries) -> None:
    axes.scatter(places.x, places.y, s=9, color="white", edgecolor=INK, linewidth=0.7, zorder=5)


def straight_lorries() -> list[np.ndarray]:
    """Return the straight connectors of the version before roads."""
    places = mines().set_index("mine").geometry
    found = []
    for _, way in before().iterrows():
        place = places[way["mine"]]
        found.append(np.array([[place.x, place.y], [way["gate_lon"], way["gate_lat"]]]))
    return found


def lorry_ways(reached: gpd.GeoDataFrame, nodes: gpd.GeoSeries) -> list[np.ndarray]:
    """Return the ways of today from the mines to their first gates."""
    ways = []
    for _, way in reached.iterrows():
        line = shapely.get_coordinates(way["route"])
        gate = shapely.get_coordinates(nodes[way["gate"]])
        # The line passes the gate within the metres to which it is drawn.
        last = int(np.argmin(np.abs(line - gate).sum(axis=1)))
        ways.append(line[: max(last, 1) + 1])
    return ways


def lorries(reached: dict[str, gpd.GeoDataFrame]) -> Figure:
    """Draw the ways of lorries to all markets before and now, beside each other."""
    figure = Figure(figsize=(7.2, 7.3), layout="constrained")
    top, bottom = figure.subplots(2, 1)
    places = mines().geometry
    nodes = Network.shipped().nodes.set_index("node_id").geometry
    base(top, LORRIES, "Before: straight lorries to any station or port")
    draw(top, straight_lorries(), COLORS["road"], 0.9)
    base(bottom, LORRIES, "Now: by road to the first station or port")
    for table in reached.values():
        draw(bottom, lorry_ways(table, nodes), COLORS["road"], 0.9)
    for axes in (top, bottom):
        points(axes, places)
    figure.supxlabel(ROADS, fontsize=6)
    return figure


def closed_borders() -> list[np.ndarray]:
    """Return the closed borders of Armenia as lines."""
    listed = Crossings()
    codes = ["ARM", "TUR", "AZE"]
    land = dict(zip(codes, land_of(codes), strict=True))
    closed = [c for c in codes[1:] if listed.is_closed(frozenset(("ARM", c)), "road")]
    shared = [land["ARM"].boundary.intersection(land[c].boundary) for c in closed]
    return parts([shapely.line_merge(line) for line in shared])


def armenia(reached: dict[str, gpd.GeoDataFrame]) -> Figure:
    """Draw the ways from Armenia to the markets of Turkey before and now."""
    chosen = ["Mersin", "Istanbul (Halkalı)"]
    home = mines()["country"] == "ARM"
    names = set(mines().loc[home, "mine"])
    then = before()
    kept = then["market"].isin(chosen) & then["mine"].isin(names)
    places = mines().set_index("mine").geometry
    straight = [
        np.array([[places[m].x, places[m].y], [lon, lat]])
        for m, lon, lat in then.loc[kept, ["mine", "gate_lon", "gate_lat"]].to_numpy()
    ]
    figure = Figure(figsize=(7.2, 7.9), layout="constrained")
    top, bottom = figure.subplots(2, 1)
    base(top, ARMENIA, "Before: straight lorries to stations in Turkey")
    draw(top, straight, COLORS["road"], 1.4)
    base(bottom, ARMENIA, "Now: by road (orange), rail (blue) and ship (green)")
    network = Network.shipped()
    for market in chosen:
        pieces = routes(reached[market][home], network=network)
        for mode, color in COLORS.items():
            draw(bottom, parts(list(pieces.geometry[pieces["mode"] == mode])), color, 1.4)
    for axes in (top, bottom):
        draw(axes, closed_borders(), CLOSED, 2.0, 2)
        points(axes, places[sorted(names)])
        for name in sorted(names):
            place = (places[name].x + 0.12, places[name].y)
            text = axes.annotate(name, place, fontsize=7, va="center", color=INK, zorder=6)
            text.set_path_effects([patheffects.withStroke(linewidth=2.5, foreground="white")])
    figure.supxlabel(f"Red: borders closed to goods. {ROADS}", fontsize=6)
    return figure


def markets(reached: dict[str, gpd.GeoDataFrame]) -> Figure:
    """Draw the ways of today, a map for each market."""
    figure = Figure(figsize=(9.0, 6.9), layout="constrained")
    network = Network.shipped()
    for axes, (market, table) in zip(figure.subplots(3, 3).flat, reached.items(), strict=True):
        base(axes, REGION, market)
        pieces = routes(table, network=network)
        for mode, color in COLORS.items():
            own = pieces[pieces["mode"] == mode]
            widths = 0.4 + 2.2 * np.sqrt(own["occurrences"] / len(table))
            for line, width in zip(own.geometry, widths, strict=True):
                draw(axes, parts([line]), color, float(width))
        points(axes, table.geometry)
    figure.supxlabel(f"By road orange, by rail blue, by ship green. {ROADS}", fontsize=6)
    return figure


def save(figure: Figure, name: str) -> None:
    """Write a picture with few colours, so that its file is small."""
    drawn = BytesIO()
    figure.savefig(drawn, dpi=120, format="png")
    path = OUT / f"{name}.png"
    image = Image.open(drawn).convert("RGB").quantize(64, Image.Quantize.MEDIANCUT)
    image.save(path, optimize=True)
    print(path.relative_to(REPO), f"{path.stat().st_size:,} bytes")


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    ways = reached_now()
    for picture in (lorries, armenia, markets):
        save(picture(ways), picture.__name__)
