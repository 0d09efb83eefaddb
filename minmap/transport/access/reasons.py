"""Why an occurrence has no route."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from scipy.spatial import cKDTree

from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.transport.access.barriers import move_ashore
from minmap.transport.access.destination import Destination, country_codes
from minmap.transport.access.journeys import Journeys
from minmap.types import Booleans, Floats, Geometries, Integers

# Number of gates around an occurrence that a reason takes into account.
_NEAREST: Final = 8


def reasons(journeys: Journeys) -> Geometries:
    """Return for each point why it has no route, None where it has one."""
    texts = np.full(len(journeys.lonlat), None, dtype=object)
    without = journeys.connectors.gate < 0
    codes = country_codes()[journeys.country]
    located = np.isfinite(journeys.lonlat).all(axis=1)
    in_avoided = np.isin(codes.astype(str), journeys.destination.avoided_countries)
    texts[without & in_avoided] = [
        f"lies in {code}, which is avoided" for code in codes[without & in_avoided]
    ]
    texts[without & journeys.in_water] = "lies in open water"
    texts[without & ~located] = "no location"
    rows = np.flatnonzero(without & located & ~journeys.in_water & ~in_avoided)
    if rows.size:
        texts[rows] = _reasons_on_land(journeys, rows)
    return texts


def _reasons_on_land(journeys: Journeys, rows: Integers) -> list[str]:
    destination = journeys.destination
    nodes = destination.network.nodes
    node = np.flatnonzero(nodes["gate"].to_numpy(dtype=np.bool_))
    if not node.size:
        return ["the network has no gate"] * len(rows)
    if destination.cost_raster is not None:
        reach = f"{destination.reach_km:g} km"
        too_long = f"the best path over cost_raster is longer than {reach}, or none leads out"
        blocked = "cost_raster leads from here to no gate"
        return [blocked if barred else too_long for barred in journeys.connectors.barred[rows]]
    lonlat = journeys.lonlat[rows]
    gates = shapely.get_coordinates(nodes.geometry.to_numpy()[node])
    count = min(_NEAREST, len(node))
    near = cKDTree(to_ecef(gates)).query(to_ecef(lonlat), k=count)[1].reshape(len(rows), count)
    avoided = nodes["country"].isin(destination.avoided_countries).to_numpy(dtype=np.bool_)[node]
    km, wet, closed = _obstacles(lonlat, gates, near, avoided, destination)
    within = km <= destination.reach_km
    cut_off = within & ~wet & ~closed & ~destination.routes.reached[node[near]]
    first = near[np.arange(len(rows)), cut_off.argmax(axis=1)]
    no_route = destination.no_route_from(node[first])
    return [
        no_route[row]
        if cut_off[row].any()
        else _no_usable_gate(wet[row, within[row]], closed[row, within[row]], destination)
        for row in range(len(rows))
    ]


def _obstacles(
    start: Floats, gates: Floats, near: Integers, avoided: Booleans, destination: Destination
) -> tuple[Floats, Booleans, Booleans]:
    """Return the distance (km) from each point to each gate near it, and what lies in between.

    Parameters
    ----------
    start
        Shape (n, 2), the points.
    gates
        Shape (m, 2), the gates.
    near
        Shape (n, k), positions of the gates near each point.
    avoided
        Shape (m,), whether a gate lies in an avoided country.
    destination
        Its barriers are used.

    Returns
    -------
    km, wet, closed : numpy.ndarray
        Shape (n, k): the distance, whether open water lies in between, and if not, whether an
        avoided country does.
    """
    start, gate = np.repeat(start, near.shape[1], axis=0), near.ravel()
    km = surface_distance_m(to_ecef(start), to_ecef(gates[gate])) / 1000
    used, place = np.unique(gate, return_inverse=True)
    end = move_ashore(gates[used])[place.ravel()]
    wet = destination.barriers.water.crosses(start, end)
    closed = ~wet & avoided[gate]
    free = np.flatnonzero(~wet & ~closed)
    closed[free] = destination.barriers.blocks(start[free], end[free], km[free])
    return km.reshape(near.shape), wet.reshape(near.shape), closed.reshape(near.shape)


def _no_usable_gate(wet: Booleans, closed: Booleans, destination: Destination) -> str:
    """Return the reason why none of the gates within reach can be used."""
    within = f"within {destination.reach_km:g} km"
    if not wet.size:
        return f"no gate {within}"
    countries = " ".join(destination.avoided_countries)
    if not closed.any():
        return f"every gate {within} lies across water"
    if not wet.any():
        return f"every gate {within} lies in or beyond {countries}, which is avoided"
    return f"every gate {within} lies across water or in or beyond {countries}"
