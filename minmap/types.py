"""Arrays by what they hold."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Booleans: TypeAlias = NDArray[np.bool_]
Bytes: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float64]
Geometries: TypeAlias = NDArray[np.object_]
"""Shapely geometries, or None where there is none."""
Integers: TypeAlias = NDArray[np.int64]
Integers32: TypeAlias = NDArray[np.int32]
AnyArray: TypeAlias = NDArray[Any]
