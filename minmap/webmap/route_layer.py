"""The layer of the pieces of a network that routes use."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from minmap.reading.known_sources import described_sources
from minmap.scene import legends
from minmap.scene.drawable_geometry import bounds_of, in_degrees
from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.layer_records import Records
from minmap.scene.marks import Marks
from minmap.scene.popup_columns import Columns
from minmap.scene.route_widths import width_factor
from minmap.transport.accessibility.flows import PIECE_COLUMNS
from minmap.webmap import payload
from minmap.webmap.data_layer import DataLayer, access_key, searched

_SAMPLES: Final = 3
# How the pieces follow each other is data of the page, not of its cards.
_OF_THE_PAGE: Final = ["piece_id", "next_piece", "start_of", "start_edge"]


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
        super().__init__(name, show=show, sources=described_sources(pieces))
        drawn = in_degrees(pieces, name)
        legend = legends.line_legend(drawn, status=drawn["status"].astype(str))
        # Ends on open track have no names.
        ends = (drawn[f"{end}_name"].fillna("junction") for end in ("from", "to"))
        named = named_by_ends(drawn.drop(columns=["from_name", "to_name"]), *ends)
        columns = Columns.of(
            named.drop(columns=["piece_id", "next_piece", "start_of", "start_edge"])
        )
        row = pd.Series(np.arange(len(drawn)), index=drawn["piece_id"].array)
        next_row = drawn["next_piece"].map(row).fillna(-1).astype("int32")
        last_node = drawn["to_node"].where(next_row.to_numpy() < 0)
        data = payload.features(
            drawn.geometry,
            legend.codes,
            columns.arrays,
            _next=pa.array(next_row, pa.int32()),
            _start=pa.array(drawn["start_of"], pa.string(), from_pandas=True),
            _edge=pa.array(drawn["start_edge"], pa.string(), from_pandas=True),
            _end=pa.array(last_node, pa.string(), from_pandas=True),
            _passing=pa.array(drawn["occurrences"], pa.int32()),
        )
        self.records["data"] = Records(pieces, np.arange(len(pieces)))
        self._bounds = bounds_of(drawn)
        most = int(drawn["occurrences"].max()) if len(drawn) else 0
        factors = np.array([width_factor(passing, most) for passing in drawn["occurrences"]])
        self.drawn = [DrawnRecords("legs", drawn, Marks(legend), widths=factors)]
        self.summary = f"{len(drawn):,} pieces, at most {most:,} occurrences on one"
        access = access_key(pieces)
        self._spec = {
            "kind": "routes",
            **self._part("data", data, legend, columns),
            **searched(columns),
            "widths": widths(most),
            **({"link": access} if access else {}),
        }


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


def named_by_ends(lines: gpd.GeoDataFrame, start: pd.Series, end: pd.Series) -> gpd.GeoDataFrame:
    """Return lines that are named by their ends."""
    named = lines.copy()
    named.insert(0, "name", start.astype(str) + " – " + end.astype(str))
    return named
