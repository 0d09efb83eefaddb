"""The layer of routes: pieces of the network, as wide as they are used."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from minmap.scene.drawable_geometry import bounds_of, in_degrees
from minmap.scene.layer_records import Records
from minmap.scene.legends import line_legend
from minmap.scene.popup_columns import Columns
from minmap.transport.access.flows import PIECE_COLUMNS
from minmap.webmap import payload
from minmap.webmap.data_layer import DataLayer, access_key

_LINK_COLUMNS = ["piece_id", "next_piece", "start_of"]
_SAMPLES = 3


class RouteLayer(DataLayer):
    """Pieces of a network by mode, gauge and status; more occurrences on a piece make it wider.

    On the page, a click on an occurrence with a column ``gate`` draws its route from the gate to
    the destination.

    Parameters
    ----------
    pieces
        The table that `minmap.routes` returned.
    name
        The name in the layer panel.
    show
        Whether the layer is drawn when the page opens. The route of a clicked occurrence is drawn
        in any case.
    """

    def __init__(self, pieces: gpd.GeoDataFrame, *, name: str, show: bool = True) -> None:
        super().__init__(name, show=show, sources=pieces.attrs.get("sources"))
        self._name = "RouteLayer"
        drawn = in_degrees(pieces, name)
        legend = line_legend(drawn, status=drawn["status"].astype(str))
        columns = Columns.of(_with_names(drawn).drop(columns=_LINK_COLUMNS))
        row = pd.Series(np.arange(len(drawn)), index=drawn["piece_id"].array)
        next_row = drawn["next_piece"].map(row).fillna(-1).astype("int32")
        data = payload.features(
            drawn.geometry,
            legend.codes,
            columns.arrays,
            _next=pa.array(next_row, pa.int32()),
            _start=pa.array(drawn["start_of"], pa.string(), from_pandas=True),
            _end=pa.array(
                drawn["to_node"].where(next_row.to_numpy() < 0), pa.string(), from_pandas=True
            ),
            _passing=pa.array(drawn["occurrences"], pa.int32()),
        )
        self.records["data"] = Records(pieces, np.arange(len(pieces)))
        self._bounds = bounds_of(drawn)
        most = int(drawn["occurrences"].max()) if len(drawn) else 0
        self.summary = f"{len(drawn):,} pieces, at most {most:,} occurrences on one"
        self._spec = {
            "kind": "routes",
            "payload": self._add_payload("data", data),
            "count": len(drawn),
            "legend": legend.as_dict(),
            "widths": widths(most),
            **columns.as_dict(),
        }
        if access := access_key(pieces):
            self._spec["link"] = access


def is_routes(table: gpd.GeoDataFrame) -> bool:
    """Return whether a table has the columns of the table of `minmap.routes`."""
    return set(PIECE_COLUMNS) <= set(table.columns)


def widths(most: int) -> list[int]:
    """Return the numbers of occurrences whose widths the legend shows, the greatest first.

    Examples
    --------
    >>> widths(4321), widths(5), widths(0)
    ([4321, 1000, 100], [5, 1], [])
    """
    numbers = [most] if most else []
    while len(numbers) < _SAMPLES and numbers and numbers[-1] > 1:
        # The next power of ten whose line is clearly narrower.
        numbers.append(max(1, 10 ** int(np.log10(max(numbers[-1] / 2, 1)))))
    return numbers


def _with_names(pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Name each piece by its ends; ends on open track have no names."""
    ends = [pieces[f"{end}_name"].fillna("junction").astype(str) for end in ("from", "to")]
    titled = pieces.drop(columns=["from_name", "to_name"])
    titled.insert(0, "name", ends[0] + " – " + ends[1])
    return titled
