"""The base class of minmap's layers: a folium layer whose data never pass through a template."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any, Final, Self

import folium
import geopandas as gpd
import numpy as np
import pyarrow as pa
from branca.element import Figure

from minmap.scene.carried_columns import heading_column
from minmap.scene.credits import credited
from minmap.scene.drawable_geometry import NOWHERE, Bounds, bounds_of, edges_of
from minmap.scene.drawn_layer import DrawnRaster, DrawnRecords, Kind
from minmap.scene.labels import Labels
from minmap.scene.layer_records import Records
from minmap.scene.legends import in_language
from minmap.scene.marks import Marks, with_column
from minmap.scene.pair_columns import PairColumns
from minmap.scene.popup_columns import Columns
from minmap.style.looks import Looks
from minmap.style.symbols import Legend
from minmap.webmap import payload
from minmap.webmap.page import Raw, add_data, add_files, figure_of, language_of, to_json
from minmap.webmap.route_basis import RouteBasis

Payload = bytes | Callable[[], bytes]

_NAMED: Final = 5
"""The most records without a place that a layer names."""
_LETTERS: Final = 60


class _PayloadName(str):
    """The name of a payload, in place of the id of its element in the page."""

    __slots__ = ()


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
    drawn
        What the layer draws, whatever carries the map.
    extra
        Columns of the payload that only drawing needs, by name.
    summary
        A short text with the counts of the drawn records.
    filtered
        How many records filters hide when the page opens.
    note
        A note on the layer for its readers.
    panel_group
        Heading of the layer in the panel.
    """

    def __init__(
        self, name: str, *, show: bool = True, sources: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        super().__init__(name=name, overlay=True, control=True, show=show)
        self._name = type(self).__name__
        self.sources = [dict(source) for source in sources]
        self.payloads: dict[str, Callable[[], bytes]] = {}
        self.records: dict[str, Records] = {}
        self._spec: dict[str, Any] = {}
        self._bounds: Bounds = NOWHERE
        self.drawn: list[DrawnRecords | DrawnRaster] = []
        self.extra: dict[str, pa.Array] = {}
        self.summary = ""
        self.filtered = 0
        self.note: str | None = None
        self.panel_group: str | None = None
        self._whole: Callable[[], Any] | None = None

    def whole(self) -> Self:
        """Return the layer with what lies beyond 85 degrees, for paper and files."""
        if self._whole is None:
            return self
        made: Self = self._whole()
        made._parent, made.panel_group, made.note = self._parent, self.panel_group, self.note
        return made

    def _get_self_bounds(self) -> Bounds:
        return self._bounds

    @property
    def kind(self) -> str:
        """What the layer is to the renderer, such as ``"points"``."""
        return str(self._spec.get("kind", ""))

    @property
    def first_bounds(self) -> Bounds:
        """The bounds of what is shown of the layer when the page opens."""
        first: Bounds = self._spec.get("first", self._bounds)
        return first

    def _add_payload(self, name: str, data: Payload, *, changes: bool = False) -> str:
        """Add packed data, or a function that returns it; return its placeholder.

        The function is called once, or each time if its data changes.
        """
        if callable(data):
            self.payloads[name] = data if changes else cache(data)
        else:
            self.payloads[name] = lambda: data
        return _PayloadName(name)

    def _part(self, name: str, data: Payload, legend: Legend, columns: Columns) -> dict[str, Any]:
        """Return the specification of a table; add its packed data under a name."""
        return {
            "payload": self._add_payload(name, data),
            "count": len(legend.codes),
            "legend": legend.as_dict(),
            **columns.as_dict(),
        }

    def _describe_records(
        self,
        kind: str,
        table: gpd.GeoDataFrame,
        drawn: gpd.GeoDataFrame,
        marks: Marks,
        looks: Looks,
        *,
        by: str | None,
        left_out: tuple[str, ...],
    ) -> None:
        """Set the specification of a layer of records, with the counts of the drawn ones.

        The index of `drawn` is the row of the table. The page does not have the columns `left_out`.
        """
        labels = Labels.of(drawn, looks, last=marks.legend.blank)
        columns = self.columns = Columns.of(drawn, looks, left_out)
        is_points = kind == "points"
        pack = payload.points if is_points else payload.features
        self.extra = marks.codes()
        if labels is not None:
            self.extra |= labels.columns(None if is_points else drawn.geometry)
        undrawn = len(table) - drawn.index.nunique()
        self.summary = _summary(len(drawn), undrawn, "point" if is_points else "feature")
        self.records["data"] = records = Records(table, drawn.index, sorted_points=is_points)
        kind_drawn: Kind = "points" if is_points else "shapes"
        self.drawn = [DrawnRecords(kind_drawn, drawn, marks, labels=labels, given=records.table)]
        self._bounds = bounds_of(drawn)
        legend = marks.legend
        data = partial(pack, drawn.geometry, legend.codes, columns.arrays, **self.extra)
        self._spec = {
            "kind": kind,
            **self._part("data", data, legend, columns),
            **searched(columns),
            "unplaced": undrawn,
            **_unplaced_names(table, drawn),
            **_corridor(table),
            "legend": with_column(legend.as_dict() | {"column": by}, columns.names),
            **marks.as_dict(columns.names),
            **columns.position_of(by),
            **_of_routes(table, drawn),
            **({"labels": labels.as_dict(columns.names)} if labels else {}),
        }

    def render(self, **kwargs: Any) -> str:
        """Add the renderer, the payloads and the call that draws them to the figure."""
        figure, name = figure_of(self), self.get_name()
        add_files(figure, "minmap.css", "minmap.js")
        spec = self._embedded(figure)
        add_data(figure, f"{name}_spec", "application/json", to_json(spec))
        target = self._parent.get_name() if self._parent else ""
        call = f'var {name} = minmap.add({target}, "{name}_spec");'
        figure.script.add_child(Raw(call), name=name)
        for child in self._children.values():
            child.render(**kwargs)
        return ""

    def _embedded(self, figure: Figure) -> dict[str, Any]:
        """Add the payloads to the page, and return the specification with their names."""
        for name, data in self.payloads.items():
            text = b64encode(data()).decode()
            add_data(figure, f"{self.get_name()}_{name}", "application/octet-stream", text)
        return self.describe(self.get_name())

    def describe(self, prefix: str) -> dict[str, Any]:
        """Return the specification for the renderer; names of payloads begin with `prefix`."""
        language = language_of(figure_of(self))
        spec: dict[str, Any] = _completed(self._spec, prefix, language)
        if "legend" in spec:
            spec["legend"] = in_language(spec["legend"], language)
        if legends := spec.get("marks", {}).get("legends"):
            spec["marks"]["legends"] = [in_language(legend, language) for legend in legends]
        return {
            "name": self.layer_name,
            "shown": self.show,
            "group": self.panel_group,
            "note": self.note,
            "sources": [credited(source) for source in self.sources],
            "bounds": None if edges_of(self._bounds) is None else self._bounds,
            **spec,
        }


def searched(columns: Columns) -> dict[str, list[int]]:
    """Return the columns in which the page searches."""
    return {"search": columns.searched(), "search_codes": columns.searched_codes()}


def _summary(drawn: int, undrawn: int, what: str) -> str:
    missing = f", {undrawn:,} without a location that can be drawn" if undrawn else ""
    return f"{drawn:,} {what}{'' if drawn == 1 else 's'}{missing}"


def _of_routes(table: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return what links records of `minmap.access` with their routes, and what these rest on."""
    if "gate" not in drawn:
        return {}
    parts = {"link": access_key(table), "basis": RouteBasis.of(table)}
    return {name: part for name, part in parts.items() if part}


def _corridor(table: gpd.GeoDataFrame) -> dict[str, str]:
    """Return the title of the corridor to which distances of a table were measured, if any."""
    nearest = table.attrs.get("nearest")
    return {"corridor": nearest} if isinstance(nearest, str) else {}


def _unplaced_names(table: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame) -> dict[str, list[str]]:
    """Return the names, else the labels, of the first rows that are not drawn."""
    rows = np.setdiff1d(np.arange(len(table)), drawn.index)[:_NAMED]
    if not len(rows):
        return {}
    labels = table.index[rows].to_series().astype(str)
    title = heading_column(table)
    names = labels if title is None else table[title].iloc[rows].set_axis(labels.index)
    texts = names.astype(object).where(names.notna(), labels).astype(str)
    return {"unplaced_names": [text[:_LETTERS] for text in texts]}


def access_key(table: gpd.GeoDataFrame) -> str | None:
    """Return the text by which the page links a table of `minmap.access` with its routes.

    None for a table whose `attrs` do not describe an access.
    """
    parameters = [table.attrs.get(name) for name in ("access", "assumptions")]
    return to_json(parameters) if parameters[0] else None


def _completed(value: Any, prefix: str, language: str) -> Any:
    """Replace payloads by their ids in the page, and columns by texts in its language."""
    if isinstance(value, _PayloadName):
        return f"{prefix}_{value}"
    if isinstance(value, Columns | PairColumns | RouteBasis):
        return value.localized(language)
    if isinstance(value, dict):
        return {key: _completed(item, prefix, language) for key, item in value.items()}
    if isinstance(value, list):
        return [_completed(item, prefix, language) for item in value]
    return value
