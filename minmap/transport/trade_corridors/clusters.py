"""Clusters of places: connected components, and ends of lines that count as one place."""

import numpy as np
import pandas as pd
import scipy

from minmap.errors import GeometryError
from minmap.geodesy.ellipsoid import to_ecef
from minmap.types import Floats, Integers


def components_of(pairs: Integers, count: int) -> Integers:
    """Return the component of each of `count` things, numbered from 0.

    Parameters
    ----------
    pairs
        Shape (p, 2), positions of two things that are connected.

    Examples
    --------
    >>> components_of(np.array([[0, 1]]), 3).tolist()
    [0, 0, 1]
    """
    graph = scipy.sparse.coo_array(
        (np.ones(len(pairs), dtype=bool), tuple(pairs.T)), shape=(count, count)
    )
    return scipy.sparse.csgraph.connected_components(graph, directed=False)[1].astype(np.int64)


def cluster_places(lonlat: Floats, within_m: float) -> tuple[Integers, Integers]:
    """Cluster places that lie within a distance of one another, or are linked by such places.

    Parameters
    ----------
    lonlat
        Shape (n, 2), EPSG:4326, degrees.
    within_m
        Distance, metres: a chord, which at this length is as good as a geodesic.

    Returns
    -------
    cluster : numpy.ndarray, shape (n,)
        Number of the cluster of each place, in the order of their first places.
    first : numpy.ndarray, shape (k,)
        Position of the first place of each cluster.

    Raises
    ------
    GeometryError
        If a place is not a longitude and latitude.

    Examples
    --------
    >>> cluster, first = cluster_places(np.array([[5.0, 0.0], [0.0, 0.0], [5.0, 0.0001]]), 50)
    >>> cluster.tolist(), first.tolist()
    ([0, 1, 0], [0, 1])
    """
    # Many lines may meet at one place: all pairs of their ends could be millions.
    different, inverse = np.unique(lonlat, axis=0, return_inverse=True)
    on_globe = to_ecef(different)
    if not np.isfinite(on_globe).all():
        raise GeometryError(
            "lines have ends that are not a longitude and latitude; check their CRS and take them "
            "out."
        )
    pairs = scipy.spatial.cKDTree(on_globe).query_pairs(within_m, output_type="ndarray")
    label = components_of(pairs, len(different))[inverse.reshape(-1)]
    cluster = pd.factorize(label)[0].astype(np.int64)
    return cluster, np.unique(cluster, return_index=True)[1]
