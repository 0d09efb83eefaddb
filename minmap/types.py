"""Types of arrays and columns."""

from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Booleans: TypeAlias = NDArray[np.bool_]
Bytes: TypeAlias = NDArray[np.uint8]
Codes: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]
"""The position of each row's entry in a legend."""
Floats: TypeAlias = NDArray[np.float64]
Geometries: TypeAlias = NDArray[np.object_]
"""Shapely geometries; None where a geometry is missing."""
Texts: TypeAlias = NDArray[np.object_]
"""Texts; None where a text is missing."""
Unsigned64: TypeAlias = NDArray[np.uint64]
Integers: TypeAlias = NDArray[np.int64]
Integers32: TypeAlias = NDArray[np.int32]
AnyArray: TypeAlias = NDArray[Any]
Cells: TypeAlias = np.ma.MaskedArray[Any, Any]
"""The cells of a raster, masked where there is no data."""

TEXT: Final = pd.StringDtype(storage="pyarrow", na_value=np.nan)
"""Dtype of every text column: the default ``str`` of pandas, where a missing value is NaN."""
