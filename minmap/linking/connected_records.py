"""Records that pairs connect, directly or by others."""

import numpy as np
from scipy import sparse

from minmap.types import Integers


def first_connected(count: int, left: Integers, right: Integers) -> Integers:
    """Return for each record the first record that is connected with it, which may be itself.

    Parameters
    ----------
    count
        Number of records.
    left, right
        Shape (n,), positions of the records of each pair.

    Examples
    --------
    >>> first_connected(5, np.array([3, 4]), np.array([1, 3])).tolist()
    [0, 1, 2, 1, 1]
    """
    graph = sparse.coo_array((np.ones(len(left)), (left, right)), shape=(count, count))
    labels = sparse.csgraph.connected_components(graph, directed=False)[1]
    _, first = np.unique(labels, return_index=True)
    return np.asarray(first[labels], dtype=np.int64)
