"""The folium layer that all layers of minmap are: its data never passes through a template."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import folium
import geopandas as gpd
from branca.element import Figure

from minmap.scene.drawable_geometry import NOWHERE, Bounds, bounds_of
from minmap.scene.layer_records import Records
from minmap.scene.popup_columns import Columns
from minmap.style.symbols import Legend
from minmap.webmap.page import (
    Raw,
    data_block,
    figure_of,
    language_of,
    script,
    style,
    to_json,
)

Payload = bytes | Callable[[], bytes]


class DataLayer(folium.map.Layer):
    """A folium layer whose data are beside the page's script, not in it.

    Parameters
    ----------
    name
        The name in the layer panel. Any text: it is shown as written.
    show
        Whether the layer is drawn when the page opens.
    sources
        Where the data comes from: dicts with ``title``, ``citation``, ``licence`` and ``url``.

    Attributes
    ----------
    payloads
        Functions that return the packed data, by name.
    records
        The tables in the payloads, by the same names.
    summary
        A short text with the counts of the drawn records.
    note
        A note on the layer for its readers.
    panel_group
        Heading of the layer in the panel.
    """

    def __init__(self, name: str, *, show: bool = True, sources: Any = None) -> None:
        super().__init__(name=name, overlay=True, control=True, show=show)
        self._name = "MinmapLayer"
        # The attrs of a table may have anything under "sources"; only dicts are shown.
        listed = sources if isinstance(sources, (list, tuple)) else []
        self.sources = [dict(source) for source in listed if isinstance(source, Mapping)]
        self.payloads: dict[str, Callable[[], bytes]] = {}
        self.records: dict[str, Records] = {}
        self._spec: dict[str, Any] = {}
        self._columns: Columns | None = None
        self._bounds: Bounds = NOWHERE
        self.summary = ""
        self.note: str | None = None
        self.panel_group: str | None = None

    def _get_self_bounds(self) -> Bounds:
        return self._bounds

    def _add_payload(self, name: str, data: Payload) -> str:
        """Add packed data, or a function that is called once for it; return its placeholder."""
        self.payloads[name] = cache(data) if callable(data) else lambda: data
        return f"@{name}"

    def _describe_records(
        self,
        kind: str,
        drawn: gpd.GeoDataFrame,
        *,
        undrawn: int,
        legend: Legend,
        columns: Columns,
        data: Payload,
        column: str | None,
    ) -> None:
        """Return the specification of a layer of records, with the counts of the drawn ones."""
        self._bounds, self._columns = bounds_of(drawn), columns
        what = "points" if kind == "points" else "features"
        missing = f", {undrawn:,} without a location that can be drawn" if undrawn else ""
        self.summary = f"{len(drawn):,} {what}{missing}"
        self._spec = {
            "kind": kind,
            "payload": self._add_payload("data", data),
            "count": len(drawn),
            "unplaced": undrawn,
            "legend": legend.as_dict(),
            **columns.as_dict(),
            **(columns.position_of(column) if legend.scheme else {}),
        }
        access = access_key(drawn)
        if access and "gate" in drawn:
            self._spec["link"] = access

    def render(self, **kwargs: Any) -> str:
        """Add the renderer, the payloads and the call that draws them to the figure."""
        figure, name = figure_of(self), self.get_name()
        figure.header.add_child(style("minmap.css"), name="minmap_css")
        figure.header.add_child(script("minmap.js"), name="minmap_js")
        spec = to_json(self._with_common_fields(self._embedded(figure)))
        block = data_block(f"{name}_spec", "application/json", spec)
        figure.html.add_child(block, name=f"{name}_spec")
        target = self._parent.get_name() if self._parent else ""
        call = f'var {name} = minmap.add({target}, "{name}_spec");'
        figure.script.add_child(Raw(call), name=name)
        for child in self._children.values():
            child.render(**kwargs)
        return ""

    def describe(self, prefix: str) -> dict[str, Any]:
        """Return the specification for the renderer; names of payloads begin with `prefix`."""
        return self._with_common_fields(_named_payloads(self._localized(figure_of(self)), prefix))

    def _with_common_fields(self, spec: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": self.layer_name,
            "shown": self.show,
            "group": self.panel_group,
            "note": self.note,
            "sources": self.sources,
            "bounds": None if None in self._bounds[0] else self._bounds,
            **spec,
        }

    def _embedded(self, figure: Figure) -> dict[str, Any]:
        """Add the payloads to the page, and return the specification with their names."""
        prefix = self.get_name()
        for name, data in self.payloads.items():
            text = b64encode(data()).decode()
            block = data_block(f"{prefix}_{name}", "application/octet-stream", text)
            figure.html.add_child(block, name=f"{prefix}_{name}")
        named: dict[str, Any] = _named_payloads(self._localized(figure), prefix)
        return named

    def _localized(self, figure: Figure) -> dict[str, Any]:
        """Return the specification, with labels of codes in the language of the page."""
        if self._columns is None:
            return self._spec
        return {**self._spec, "columns": self._columns.localized(language_of(figure))}


def access_key(table: gpd.GeoDataFrame) -> str | None:
    """Return the text by which the page links a table of `minmap.access` with its routes.

    None for a table whose `attrs` do not describe an access.
    """
    parameters = [table.attrs.get(name) for name in ("access", "assumptions")]
    return to_json(parameters) if parameters[0] else None


def _named_payloads(value: Any, prefix: str) -> Any:
    """Replace the placeholders of payloads by the ids of their elements in the page."""
    if isinstance(value, dict):
        return {
            key: f"{prefix}_{item[1:]}" if key in {"payload", "detail", "labels"} and item
            else _named_payloads(item, prefix)
            for key, item in value.items()
        }  # fmt: skip
    return value
