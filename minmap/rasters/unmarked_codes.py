"""Codes of missing values, such as -9999, that a raster does not mark as no data."""

from typing import Any, Final

import numpy as np

from minmap.errors import warn
from minmap.missing_codes import missing_codes
from minmap.types import AnyArray

_OF_RASTERS: Final = (65_535, 4_294_967_295, -3.4e38, 3.4e38)
"""What rasters have for no data and tables do not: the greatest whole numbers without a sign, and
the greatest floats of four bytes in two digits."""
_LEAST_SHARE: Final = 0.001
"""Fewer cells change neither colours nor what the eye sees."""
_SAMPLE_PIXELS: Final = 1_000_000


def sampled(dataset: Any, band: int) -> AnyArray:
    """Return the values of a band that are not marked as no data, at most about a million."""
    shrink = max((dataset.width * dataset.height / _SAMPLE_PIXELS) ** 0.5, 1)
    shape = int(dataset.height / shrink) or 1, int(dataset.width / shrink) or 1
    values: AnyArray = dataset.read(band, out_shape=shape, masked=True).compressed()
    nodata = dataset.nodatavals[band - 1]  # GDAL leaves it in where there is a mask too
    return values if nodata is None else values[values != nodata]


def warn_of_codes(values: AnyArray, missing: AnyArray, *, name: str) -> None:
    """Warn if many values are codes of missing values, far beyond all others.

    Parameters
    ----------
    values
        Measurements that the file does not mark as no data.
    missing
        Those that the maker of the map says to mean no data.
    name
        Name of the file.
    """
    own = values[~np.isin(values, missing)] if len(missing) else values
    with np.errstate(invalid="ignore"):  # a NaN of a damaged file may signal
        numbers = own.astype(np.float64)
    numbers = numbers[np.isfinite(numbers)]
    codes = {code: float((numbers == code).mean()) for code in missing_codes(numbers, _OF_RASTERS)}
    codes = {code: share for code, share in codes.items() if share >= _LEAST_SHARE}
    if not codes:
        return
    others = numbers[~np.isin(numbers, list(codes))]
    found = " and ".join(f"{share:.1%} are {code:,.10g}" for code, share in codes.items())
    given = [int(code) if code.is_integer() and abs(code) < 1e16 else code for code in codes]
    given += missing.tolist()
    warn(
        f"{name}: of its values {found}, far beyond the others, {others.min():,.10g} to "
        f"{others.max():,.10g}; if no data is meant, give "
        f"nodata={given[0] if len(given) == 1 else given}."
    )
