"""`Widget`: a map in a notebook whose state Python and the page share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Self, Unpack

import anywidget
import geopandas as gpd
import numpy as np
import traitlets
from folium.utilities import camelize

from minmap.arguments import NoOptions, require_one_of, shown, with_options
from minmap.errors import ChoiceError, MinmapError
from minmap.maps import Map
from minmap.maps.option_cures import ADD_CURES
from minmap.maps.options import LAYER_DEFAULTS, LayerOptions, require_length
from minmap.renderer import asset
from minmap.webmap import PointLayer
from minmap.webmap.page import Page, figure_of, language_of
from minmap.widget import layer_filters
from minmap.widget.widget_layers import WidgetLayers

Bounds = tuple[tuple[float, float], tuple[float, float]]
_CURES: Final = {
    name: f"give {name}= to minmap.Map, or to Widget.add." for name in (*LAYER_DEFAULTS, "title")
}
_OPTIONS = {"minZoom", "maxZoom", "worldCopyJump", "zoomSnap", "zoomDelta", "maxBounds"}
_ATTRIBUTES: Final = ("bounds", "clicked", "filters", "height", "map", "selected", "view")


class _State(traitlets.Any):
    """A trait that validates every value, None included."""

    allow_none = False


class View(NamedTuple):
    """The middle of a map, in degrees of EPSG:4326, and its zoom."""

    lat: float
    lon: float
    zoom: float


def _rows_to_positions(selected: dict[str, list[int]], widget: Widget) -> dict[str, bytes]:
    layers = widget._layers.by_name
    found = {name: layers[name].records["data"].positions(rows) for name, rows in selected.items()}
    return {name: at.astype("<i4").tobytes() for name, at in found.items() if len(at)}


def _positions_to_rows(sent: dict[str, Any], widget: Widget) -> dict[str, list[int]]:
    layers = widget._layers
    return {name: layers.rows(name, at) for name, at in sent.items() if name in layers.by_name}


def _clicked_to_row(clicked: dict[str, Any] | None, widget: Widget) -> dict[str, Any] | None:
    records = widget._layers.records_of(clicked)
    if clicked is None or records is None:
        return None
    return {**clicked, "row": int(records.rows[clicked["row"]])}


def _row_to_clicked(clicked: dict[str, Any] | None, widget: Widget) -> dict[str, Any] | None:
    records = widget._layers.records_of(clicked)
    if clicked is None or records is None:
        return None
    at = records.positions([clicked["row"]]).tolist()
    return {**clicked, "row": at[0]} if at else None


class Widget(anywidget.AnyWidget):
    """A live map: selections, filters and clicks in the page are attributes in Python, and back.

    Needs the extra ``widget`` and runs where Jupyter widgets do: JupyterLab, Notebook 7, VS Code.
    All its views share their state, and an attribute can be observed as a trait of any widget.

    Parameters
    ----------
    page_map
        The `Map` to show. Layers added to the widget are added to it. Elements of folium are not
        shown.
    height
        Height of the map, a CSS length.
    view, bounds, selected, filters, clicked
        First values of the attributes below.

    Attributes
    ----------
    view : View or None
        Middle and zoom, ``(lat, lon, zoom)``. None until the map was first shown.
    bounds : tuple or None
        The part of the map in view, ``((south, west), (north, east))``. Set it to move the map.
    selected : dict
        By layer, the selected rows, as positions in its table.
    filters : dict
        By layer, the filters by column: terms, or a lower and an upper bound; None means no
        bound. Also ``critical``, ``hidden`` (labels of the legend) and ``text`` (words in names);
        a column with one of these names gets a number, as in ``text (2)``.
    clicked : dict or None
        ``layer`` and ``row`` (position in its table) of the record that was opened last; for a
        corridor also ``part``, ``"legs"`` or ``"nodes"``. Set it to open a record.

    Warns
    -----
    MinmapWarning
        If elements of folium are on the map.

    Examples
    --------
    >>> import minmap as mm
    >>> deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> w = mm.Widget(mm.Map(deposits))
    >>> w.filters = {"Occurrences": {"country": ["KAZ"], "commodities": ["Cu"]}}
    >>> len(w.shown()), len(w.selection())
    (15, 0)
    """

    _esm = asset("widget.js")
    _css = asset("widget.css")
    _page = traitlets.Dict().tag(sync=True)
    _specs = traitlets.List(traitlets.Dict()).tag(sync=True)

    height = _State("500px").tag(sync=True)
    view = traitlets.Any(None).tag(sync=True)
    bounds = traitlets.Any(None).tag(sync=True)
    filters = _State({}).tag(sync=True)
    selected = _State({}).tag(sync=True, to_json=_rows_to_positions, from_json=_positions_to_rows)
    clicked = traitlets.Any(None).tag(sync=True, to_json=_row_to_clicked, from_json=_clicked_to_row)

    @with_options(NoOptions, {}, cures=_CURES)
    def __init__(
        self,
        page_map: Map,
        *,
        height: str = "500px",
        view: tuple[float, float, float] | None = None,
        bounds: Bounds | None = None,
        selected: Mapping[str, Sequence[int]] | None = None,
        filters: Mapping[str, Any] | None = None,
        clicked: Mapping[str, Any] | None = None,
    ) -> None:
        if not isinstance(page_map, Map):
            raise MinmapError(
                f"mm.Widget shows a minmap.Map, not a {type(page_map).__name__}; "
                "give it one: mm.Widget(mm.Map(data))."
            )
        self.map, self._layers = page_map, WidgetLayers()
        self._from_page: frozenset[str] = frozenset()
        self._send_new_layers()
        first = self._layers.first_filters()
        if first and (filters is None or isinstance(filters, Mapping)):
            filters = {**first, **(filters or {})}
        given = {
            "view": view, "bounds": bounds, "selected": selected, "filters": filters,
            "clicked": clicked,
        }  # fmt: skip
        super().__init__(
            _page=_page_of(page_map),
            _specs=self._layers.specs(),
            height=height,
            **{name: value for name, value in given.items() if value is not None},
        )

    def __repr__(self) -> str:
        """Return the map's title and layers, in one line."""
        return f"<minmap.Widget of {self.map!r}>"

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; raise `ChoiceError` if the widget has none of that name."""
        if name[0] != "_" and not hasattr(type(self), name):
            require_one_of(name, _ATTRIBUTES, name="attribute")
        super().__setattr__(name, value)

    def _send_new_layers(self) -> None:
        payloads: dict[str, bytes] = {}
        for layer in self._layers.new_in(self.map):
            payloads |= self._layers.register(layer)
        # Each payload is a trait, so that it is sent once, whatever is added later.
        self.add_traits(
            **{key: traitlets.Bytes(data).tag(sync=True) for key, data in payloads.items()}
        )

    @with_options(LayerOptions, LAYER_DEFAULTS, cures=ADD_CURES)
    def add(self, data: Any, **options: Unpack[LayerOptions]) -> Self:
        """Add a layer to the map where it is shown, and return the widget.

        Parameters
        ----------
        data, **options
            As for `Map.add`. If the map has a layer of that name already, a number is added.
        """
        known = set(self._layers.by_name)
        self.map.add(data, **options)
        self._send_new_layers()
        first = self._layers.first_filters().items()
        if new := {name: filters for name, filters in first if name not in known}:
            self.filters = {**self.filters, **new}
        self._specs = self._layers.specs()
        return self

    def remove(self, name: str) -> Self:
        """Remove a layer from the map, and return the widget.

        Raises
        ------
        ChoiceError
            If no layer has that name.
        """
        self._layers.require(name)
        with self.hold_trait_notifications():
            for trait in ("filters", "selected"):
                state = getattr(self, trait)
                setattr(self, trait, {key: kept for key, kept in state.items() if key != name})
            if self.clicked is not None and self.clicked["layer"] == name:
                self.clicked = None
        layer, payloads = self._layers.unregister(name)
        siblings = getattr(layer._parent, "_children", {})
        for key in [key for key, child in siblings.items() if child is layer]:
            del siblings[key]
        self._specs = self._layers.specs()
        for payload in payloads:
            self.set_trait(payload, b"")
        return self

    def selection(self, name: str | None = None) -> gpd.GeoDataFrame:
        """Return the selected rows of the table, in its order.

        Parameters
        ----------
        name
            A layer of points. None means the only one.

        Raises
        ------
        ChoiceError
            If no layer of points has that name, or `name` is None and there are several.
        """
        name, layer = self._layers.point_layer(name)
        return layer.records["data"].table.iloc[self.selected.get(name, [])]

    def shown(self, name: str | None = None) -> gpd.GeoDataFrame:
        """Return the rows of the table that are on the map and pass the filters.

        Parameters
        ----------
        name
            A layer of points. None means the only one.

        Raises
        ------
        ChoiceError
            If no layer of points has that name, or `name` is None and there are several.
        """
        name, layer = self._layers.point_layer(name)
        records = layer.records["data"]
        passes = layer_filters.passing(layer, self.filters.get(name, {}))
        return records.table.iloc[records.drawn[passes]]

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Apply the state that the page sent."""
        self._from_page = frozenset(sync_data)
        try:
            super().set_state(sync_data)
        finally:
            self._from_page = frozenset()

    @traitlets.validate("height")
    def _valid_height(self, proposal: Any) -> str:
        return require_length(proposal.value, name="height")

    @traitlets.validate("view")
    def _valid_view(self, proposal: Any) -> View | None:
        if proposal.value is None:
            return None
        numbers = _numbers(proposal.value, 3)
        if numbers is None or not (abs(numbers[0]) <= 90 and 0 <= numbers[2] <= 24):
            raise ChoiceError(
                f"view={shown(proposal.value)} is not a view; give latitude, longitude and zoom, "
                "such as (45.0, 66.0, 5)."
            )
        return View(*numbers)

    @traitlets.validate("bounds")
    def _valid_bounds(self, proposal: Any) -> Bounds | None:
        if proposal.value is None:
            return None
        numbers = _numbers(np.ravel(np.asarray(proposal.value, dtype=object)), 4)
        if numbers is None or numbers[0] > numbers[2] or numbers[1] > numbers[3]:
            raise ChoiceError(
                f"bounds={proposal.value!r} are not bounds; give two corners, the lesser first: "
                "((south, west), (north, east))."
            )
        south, west, north, east = numbers
        return (south, west), (north, east)

    @traitlets.validate("filters", "selected")
    def _valid_by_layer(self, proposal: Any) -> dict[str, Any]:
        known, trait = {}, proposal.trait.name
        valid = layer_filters.valid_filters if trait == "filters" else _valid_rows
        for name, given in layer_filters.require_dict(proposal.value, name=trait).items():
            _, layer = self._layers.point_layer(name, argument=f"{trait}: layer")
            if checked := valid(layer, given, name=f"{trait}[{name!r}]"):
                known[name] = checked
        return known

    @traitlets.validate("clicked")
    def _valid_clicked(self, proposal: Any) -> dict[str, Any] | None:
        given = proposal.value
        if given is None:
            return None
        known = layer_filters.require_dict(given, name="clicked")
        self._layers.require(known.get("layer", ""))
        records, row = self._layers.records_of(known), known.get("row")
        if records is None or not isinstance(row, (int, np.integer)):
            raise ChoiceError(
                f"clicked={shown(given)} is not a record; give a layer of records and a row: "
                '{"layer": name, "row": position}, for a corridor also "part": "legs" or "nodes".'
            )
        if not 0 <= row < len(records.table):
            raise ChoiceError(
                f"clicked={shown(given)} is not a row; give a position from 0 to "
                f"{len(records.table) - 1}."
            )
        return {**known, "row": int(row)}

    @traitlets.observe("bounds")
    def _fit(self, _change: Any) -> None:
        # A map without a view shows the bounds.
        if "bounds" not in self._from_page:
            self.view = None

    @traitlets.observe("clicked")
    def _open(self, change: Any) -> None:
        if "clicked" not in self._from_page:
            self.send({"open": _row_to_clicked(change.new, self)})


def _page_of(page_map: Map) -> dict[str, Any]:
    figure = figure_of(page_map)
    options = {camelize(key): value for key, value in page_map.options.items()}
    return {
        **page_map.describe(),
        "language": language_of(figure),
        "folium": [],
        "theme": figure.theme if isinstance(figure, Page) else "light",
        "center": list(page_map.location),
        "zoom": options["zoom"],
        "fits": page_map.fits,
        "options": {key: options[key] for key in options.keys() & _OPTIONS},
    }


def _numbers(values: Any, count: int) -> list[float] | None:
    try:
        numbers = [float(value) for value in values]
    except (TypeError, ValueError):
        return None
    return numbers if len(numbers) == count and np.isfinite(numbers).all() else None


def _valid_rows(layer: PointLayer, rows: Any, *, name: str) -> list[int]:
    """Return sorted and unique positions in the table of a layer."""
    size = len(layer.records["data"].table)
    try:
        at = np.asarray(list(rows))
    except (TypeError, ValueError):  # not iterable, or lists of different lengths
        at = np.array([None])
    is_row = at.dtype.kind in "iu" and at.ndim == 1 and at.size
    if at.shape != (0,) and not (is_row and at.min() >= 0 and at.max() < size):
        raise ChoiceError(
            f"{name}={rows!r} are not rows; give a list of positions from 0 to {size - 1}."
        )
    positions: list[int] = np.unique(at).tolist()
    return positions
