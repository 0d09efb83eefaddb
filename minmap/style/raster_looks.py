"""What the maker of a map wishes for the look of a raster, and the raster that has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final, Self

import numpy as np

from minmap.arguments import require_number, require_one_of, require_text, require_whole, shown
from minmap.errors import MinmapError
from minmap.rasters import WarpedRaster
from minmap.rasters.hillshade import SHADES
from minmap.rasters.image import MOST_COLORS, STEPS, CellValues, pack_values
from minmap.style.file_styles.raster_styles import RasterStyle
from minmap.style.legend_wishes import LegendWish
from minmap.style.palettes import is_ramp, swatches
from minmap.style.raster_palettes import RasterPalette, raster_palette
from minmap.style.raster_scales import (
    RasterScale,
    ends,
    linear_scale,
    log_scale,
    quantile_scale,
    steps_scale,
    stops_scale,
)
from minmap.types import Floats

_COLORS: Final = ("classes", "stretch", "vmin", "vmax", "palette")
STRETCHES: Final = ("linear", "quantile", "log", "hillshade")
_MOST_VALUE: Final = 2**63
_LIGHT: Final = "hillshade, light from NW"
_GREYS: Final = tuple(
    f"#{grey:02x}{grey:02x}{grey:02x}" for grey in np.linspace(0, 255, SHADES).round().astype(int)
)
_SWATCH: Final = _GREYS[-SHADES // 4]


@dataclass(frozen=True)
class RasterLooks:
    """The look of a raster as its maker describes it; None means the usual.

    Parameters
    ----------
    classes
        Names of classes by value.
    palette
        A name, a list of colours, or a mapping from values to colours, between which those of
        measurements are mixed.
    stretch
        ``"linear"``: equal steps; ``"quantile"``: equal numbers of cells; ``"log"``: steps that
        multiply; ``"hillshade"``: shaded relief in grey.
    vmin, vmax
        Ends of the scale.
    legend
        Title and unit of the legend, and whether it is shown.

    Raises
    ------
    ChoiceError
        If `stretch` or `palette` is unknown.
    MinmapError
        If a wish has the wrong type, or two do not go together.
    """

    classes: dict[int, str] | None = None
    stretch: str | None = None
    vmin: float | None = None
    vmax: float | None = None
    palette: RasterPalette | None = None
    legend: LegendWish = field(default_factory=LegendWish)

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the look that the options of `Map.add` describe.

        Examples
        --------
        >>> wishes = dict.fromkeys(["classes", "palette", "vmin", "vmax", "legend", "unit"])
        >>> RasterLooks.of({**wishes, "stretch": "log", "vmin": 1}).kind
        'values'
        >>> RasterLooks.of({**wishes, "stretch": "hillshade", "vmin": 1})
        Traceback (most recent call last):
            ...
        minmap.errors.MinmapError: vmin=1 has no effect with stretch='hillshade', which is
        always drawn in grey; leave it out.
        """
        given = {name: options[name] for name in _COLORS if options[name] is not None}
        _require_together(given)
        if "stretch" in given:
            require_one_of(given["stretch"], STRETCHES, name="stretch")
        if "palette" in given:
            given["palette"] = raster_palette(given["palette"])
        if "classes" in given:
            given["classes"] = _names(given["classes"])
        for name in given.keys() & {"vmin", "vmax"}:
            given[name] = require_number(given[name], name=name, like=1)
        legend = LegendWish.of(options["legend"], options["unit"], None, None)
        if legend.headings:
            name = "legend" if isinstance(options["legend"], Mapping) else "unit"
            raise MinmapError(
                f"{name}={shown(options[name])} is for layers with several legends, and a raster "
                "has one; give text."
            )
        return cls(**given, legend=legend)

    @property
    def kind(self) -> str | None:
        """The kind of the raster that the wishes need; None where they go with any."""
        if self.classes is not None:
            return "classes"
        has_scale = any(wish is not None for wish in (self.stretch, self.vmin, self.vmax))
        return "values" if has_scale else None

    @property
    def is_colored(self) -> bool:
        """Whether a wish changes colours, so that those of a file do not count."""
        return self.palette is not None or self.kind == "values"

    def on(self, raster: WarpedRaster, style: RasterStyle | None = None) -> WarpedRaster:
        """Return a raster with this look.

        Parameters
        ----------
        raster
            The raster with its usual look.
        style
            The scale that came with a file, for what the maker left open.

        Raises
        ------
        MinmapError
            If a wish has no effect on a raster of its kind or on its values.
        """
        colored = self._colored(raster, style)
        wish, legend = self.legend, dict(colored.legend)
        legend |= {"title": wish.title or legend["title"], "unit": wish.unit or legend["unit"]}
        is_usual = legend.pop("shown", True) or wish.title is not None
        is_shown = wish.shown and is_usual
        return replace(colored, legend=legend if is_shown else {**legend, "shown": False})

    def _colored(self, raster: WarpedRaster, style: RasterStyle | None) -> WarpedRaster:
        if not self.is_colored and self.classes is None and style is None:
            return raster
        packed = self._cells_of(raster)
        if raster.kind == "classes":
            return self._with_classes(raster, packed)
        if self.stretch == "hillshade":
            return _shaded(raster, packed)
        values = packed.cells.compressed().astype(np.float64)
        return _with_scale(raster, packed, self._scale(values, raster.name, style, packed.colors))

    def _cells_of(self, raster: WarpedRaster) -> CellValues:
        """Return the cells of a raster; raise if it has none of the kind that the wishes need."""
        wishes = ((name, getattr(self, name)) for name in _COLORS)
        name, value = next((wish for wish in wishes if wish[1] is not None), ("palette", None))
        if raster.cell_values is None:
            raise MinmapError(
                f"{name}={shown(value)} has no effect on {raster.name!r}, an image with colours of "
                "its own; leave it out, or give band=1 to draw one band as measurements."
            )
        if self.kind not in (None, raster.kind):
            what = {"classes": "measurements, not classes", "values": "classes, not measurements"}
            raise MinmapError(
                f"{name}={shown(value)} has no effect on {raster.name!r}, which has "
                f"{what[str(self.kind)]}; leave it out, or give kind={self.kind!r}."
            )
        return raster.cell_values

    def _with_classes(self, raster: WarpedRaster, packed: CellValues) -> WarpedRaster:
        entries = raster.legend["entries"]
        values, names = [entry["value"] for entry in entries], self.classes or {}
        for wish in ("classes", "palette"):
            given = getattr(self, wish)
            if isinstance(given, dict) and not given.keys() & set(values):
                listed = ", ".join(f"{value:g}" for value in values[:20])
                raise MinmapError(
                    f"{wish}={shown(given)} has none of the raster's values; they are: {listed}."
                )
        colors = [entry["color"] for entry in entries]
        if isinstance(self.palette, dict):
            colors = [self.palette.get(entry["value"], entry["color"]) for entry in entries]
        elif self.palette is not None:
            colors = swatches(self.palette, len(entries))
        looks = [
            {**entry, "label": names.get(entry["value"], entry["label"]), "color": color}
            for entry, color in zip(entries, colors, strict=True)
        ]
        legend = {**raster.legend, "entries": looks}
        return replace(raster, legend=legend, cell_values=replace(packed, colors=tuple(colors)))

    def _scale(
        self, values: Floats, name: str, style: RasterStyle | None, colors: tuple[str, ...]
    ) -> RasterScale:
        if isinstance(self.palette, dict):
            return stops_scale(self.palette)
        if not self.is_colored and style is not None:
            return _style_scale(style)
        palette = self.palette or colors
        if not is_ramp(palette):
            raise MinmapError(
                f"palette={palette!r} has no order, as measurements have; choose another such as "
                "'viridis', or give kind='classes'."
            )
        if self.stretch == "quantile":
            return quantile_scale(values, palette)
        if self.stretch == "log":
            self._require_positive(values, name)
        self._require_ends(values)
        scale = log_scale if self.stretch == "log" else linear_scale
        return scale(values, palette, self.vmin, self.vmax)

    def _require_positive(self, values: Floats, name: str) -> None:
        share = (values <= 0).mean()
        if share > 0:
            raise MinmapError(
                f"stretch='log' needs values above 0; {share:.1%} of the cells of {name!r} are 0 "
                "or less. Give stretch='quantile', or nodata= those values if they mean no data."
            )
        for end in ("vmin", "vmax"):
            if getattr(self, end) is not None:
                require_number(getattr(self, end), name=end, like=1, above=0)

    def _require_ends(self, values: Floats) -> None:
        low, high = ends(values, self.vmin, self.vmax)
        if (self.vmin is None and self.vmax is None) or low < high:
            return
        given = {"vmin": self.vmin, "vmax": self.vmax}
        name = "vmin" if self.vmin is not None else "vmax"
        other = f"vmax={high:g}" if name == "vmin" else f"vmin={low:g}"
        raise MinmapError(
            f"{name}={given[name]:g} leaves no scale with {other}; give vmin below vmax. The "
            f"values run from {values.min():g} to {values.max():g}."
        )


def has_scale(style: RasterStyle) -> bool:
    """Return whether the style of a file has a scale of colours that can be drawn.

    Examples
    --------
    >>> has_scale(RasterStyle("dem.qml", "ramp"))
    False
    """
    values = [entry.value for entry in style.entries]
    if style.kind == "ramp":
        values = [value for value in values if np.isfinite(value)]
    is_rising = all(low < high for low, high in pairwise(values))
    return style.kind != "classes" and 1 < len(values) <= MOST_COLORS and is_rising


def _style_scale(style: RasterStyle) -> RasterScale:
    if style.kind == "steps":
        return steps_scale(style.entries)
    return stops_scale(
        {entry.value: entry.color or "" for entry in style.entries if np.isfinite(entry.value)}
    )


def _require_together(given: Mapping[str, Any]) -> None:
    """Raise if one wish makes another one have no effect."""
    stretch = given.get("stretch")
    against = {
        "hillshade": (("palette", "vmin", "vmax"), "which is always drawn in grey"),
        "quantile": (("vmin", "vmax"), "which takes the ends of the values"),
    }
    names, why = against.get(str(stretch), ((), ""))
    reason = f"stretch={shown(stretch)}, {why}"
    if "classes" in given:
        names, reason = ("stretch", "vmin", "vmax"), "classes, which have no scale"
    elif isinstance(given.get("palette"), Mapping):
        names = ("stretch", "vmin", "vmax")
        reason = "a palette that gives the colours of values"
    for name in names:
        if name in given:
            raise MinmapError(
                f"{name}={shown(given[name])} has no effect with {reason}; leave it out."
            )


def _names(classes: Any) -> dict[int, str]:
    """Return the names of classes by value."""
    if not isinstance(classes, Mapping) or not classes:
        raise MinmapError(
            f"classes={shown(classes)} are not names; give a mapping from values to names, such as "
            "{1: 'forest', 2: 'water'}."
        )
    return {
        require_whole(
            value, name="a value in classes", like=1, least=-_MOST_VALUE, most=_MOST_VALUE
        ): require_text(name, name="a name in classes", like="forest")
        for value, name in classes.items()
    }


def _with_scale(raster: WarpedRaster, packed: CellValues, scale: RasterScale) -> WarpedRaster:
    """Return a raster with the colours of a scale, its values packed finely enough for them."""
    if packed.step is not None and packed.step > scale.least_step:
        cells, colors = packed.cells, [*scale.colors]
        has_data = ~np.ma.getmaskarray(cells)
        packed = pack_values(np.ma.getdata(cells), has_data, colors, span=scale.least_step * STEPS)
    packed = replace(packed, colors=scale.colors, limits=scale.limits)
    legend = {"title": raster.legend["title"], "unit": raster.legend["unit"], **scale.legend}
    return replace(raster, legend=legend, cell_values=packed, shades=None, remark=scale.remark)


def _shaded(raster: WarpedRaster, packed: CellValues) -> WarpedRaster:
    """Return a raster in the greys of its shaded relief."""
    if raster.shades is None:
        raise MinmapError(
            "stretch='hillshade' needs heights that are smooth between the cells of "
            f"{raster.name!r}; give the path of the file, or warp it with hillshade=True."
        )
    entries = [{"value": None, "label": _LIGHT, "color": _SWATCH}]
    legend = {"title": None, "unit": raster.legend["unit"], "entries": entries, "shown": False}
    packed = replace(packed, colors=_GREYS, limits=None)
    remark = (
        "Shaded relief (Horn 1981), light from the north-west at 45 degrees, heights times "
        f"{raster.exaggeration:.1f}."
    )
    return replace(raster, legend=legend, cell_values=packed, remark=remark)
