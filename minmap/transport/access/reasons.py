"""Why there is no route from an occurrence."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree

from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.transport.access.barriers import landing
from minmap.transport.access.destination import Solved, country_codes
from minmap.types import Booleans, Floats, Geometries, Integers

NO_LOCATION = "no location"
# So many gates about an occurrence are looked at to say why none can be reached.
_LOOKED_AT = 8


def reasons(
    lonlat: Floats, country: Integers, held: Booleans, barred: Booleans, solved: Solved
) -> Geometries:
    """Say for each place (n, 2) without a route why it has none.

    Parameters
    ----------
    lonlat
        EPSG:4326, degrees; NaN where there is no location.
    country
        Shape (n,), number of the country each lies in.
    held
        Shape (n,), which lie in open water.
    barred
        Shape (n,), for which there are gates, but no connector.
    solved
        The destination.
    """
    codes = country_codes()[country]
    said = np.empty(len(lonlat), dtype=object)
    nowhere = ~np.isfinite(lonlat).all(axis=1)
    inside = np.isin(codes.astype(str), solved.avoided_countries)
    said[:] = [f"lies in {code}, which is avoided" for code in codes]
    said[held] = "lies in open water"
    said[nowhere] = NO_LOCATION
    left = np.flatnonzero(~nowhere & ~held & ~inside)
    if left.size:
        said[left] = _about(lonlat[left], barred[left], solved)
    return said


def _about(lonlat: Floats, barred_off: Booleans, solved: Solved) -> list[str]:
    nodes = solved.ways.network.nodes
    node = np.flatnonzero(nodes["gate"].to_numpy(dtype=np.bool_))
    if not node.size:
        return ["the network has no gate"] * len(lonlat)
    places = shapely.get_coordinates(nodes.geometry.to_numpy()[node])
    tree = cKDTree(to_ecef(places))
    count = min(_LOOKED_AT, len(node))
    near = tree.query(to_ecef(lonlat), k=count)[1].reshape(len(lonlat), count)
    start, end = np.repeat(lonlat, count, axis=0), places[near.ravel()]
    km = surface_distance_m(to_ecef(start), to_ecef(end)) / 1000
    ashore = landing(places[np.unique(near)])[np.searchsorted(np.unique(near), near.ravel())]
    wet = solved.barriers.water.between(start, ashore)
    avoided = nodes["country"].isin(solved.avoided_countries).to_numpy(dtype=np.bool_)
    closed = ~wet & avoided[node[near.ravel()]]
    open_ = np.flatnonzero(~wet & ~closed)
    closed[open_] = solved.barriers.close(start[open_], ashore[open_], km[open_])
    shape = near.shape
    km, wet, closed = km.reshape(shape), wet.reshape(shape), closed.reshape(shape)
    names, to = node_names(solved, node), destination(solved)
    without = f" without {', '.join(solved.avoid)}" if solved.avoid else ""
    no_way = {
        place: f"the network does not lead from {names[place]} to {to}{without}"
        for place in np.unique(near)
    }
    within = km <= solved.reach_km
    cut_off = within & ~wet & ~closed & ~solved.ways.reached[node[near]]
    texts = []
    for row in range(len(lonlat)):
        if cut_off[row].any():
            texts.append(no_way[near[row, np.argmax(cut_off[row])]])
        else:
            texts.append(_text(wet[row, within[row]], closed[row, within[row]], solved))
    if solved.friction is not None:
        reach = f"{solved.reach_km:g} km"
        too_long = f"the best path over cost_raster is longer than {reach}, or none leads out"
        cut = "cost_raster leads from here to no gate"
        return [cut if off else too_long for off in barred_off]
    return texts


def _text(wet: Booleans, closed: Booleans, solved: Solved) -> str:
    """Say why none of the gates within reach is any good; each is wet, closed or beyond cost."""
    within = f"within {solved.reach_km:g} km"
    if not wet.size:
        return f"no gate {within}"
    countries = " ".join(solved.avoided_countries)
    if not closed.any():
        return f"every gate {within} lies across water"
    if not wet.any():
        return f"every gate {within} lies in or beyond {countries}, which is avoided"
    return f"every gate {within} lies across water or in or beyond {countries}"


def destination(solved: Solved) -> str:
    """Return the names of the destinations, for a text."""
    return " or ".join(node_names(solved, solved.targets))


def node_names(solved: Solved, nodes: Integers) -> Geometries:
    """Return the name of each node, its id where it has none."""
    table = solved.ways.network.nodes.iloc[nodes]
    names: Geometries = (
        table["name"].where(table["name"].notna(), table["node_id"]).to_numpy(object)
    )
    return names
