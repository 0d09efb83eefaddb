"""Where the cells of a raster lie: by a transform, by ground control points, or by its RPC."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from pyproj import CRS
from rasterio.control import GroundControlPoint
from rasterio.rpc import RPC
from rasterio.transform import Affine, GCPTransformer, RPCTransformer

from minmap.errors import CRSError, warn
from minmap.geodesy.crs import WGS84_CRS, crs_of, missing_crs, stated_crs
from minmap.rasters.given import OpenRaster
from minmap.types import Floats

_LEAST_POINTS: Final = 3


@dataclass(frozen=True)
class Placement:
    """How columns and rows become coordinates in `crs`.

    Attributes
    ----------
    crs
        The CRS of the coordinates.
    transform
        From columns and rows to coordinates; None if `points` or `model` place the raster.
    points
        Ground control points, between which GDAL fits a polynomial.
    model
        Rational polynomial coefficients: how a satellite saw the ground. Heights are the mean
        height that they state.
    """

    crs: CRS
    transform: Affine | None
    points: tuple[GroundControlPoint, ...] = ()
    model: RPC | None = None

    @property
    def gdal_options(self) -> dict[str, Any]:
        """Options of `rasterio.warp.reproject` that place a raster without a transform."""
        if self.model is not None:
            return {"rpcs": self.model, "RPC_HEIGHT": self.model.height_off}
        return {"gcps": list(self.points)}

    @property
    def remark(self) -> str:
        """What a reader should know of the place."""
        if self.model is not None:
            return (
                f"Placed by its RPC at its mean height of {self.model.height_off:,.0f} m: what is "
                "higher or lower is shifted."
            )
        return f"Placed by its {len(self.points)} ground control points." if self.points else ""

    def coordinates(self, column: Floats, row: Floats) -> tuple[Floats, Floats]:
        """Return x and y of columns and rows, where whole numbers are the edges of cells."""
        if self.transform is not None:
            a, b, c, d, e, f = self.transform[:6]
            with np.errstate(over="ignore", invalid="ignore"):  # infinite ones are off the map
                return a * column + b * row + c, d * column + e * row + f
        with self._transformer() as transformer:
            x, y = transformer.xy(row.ravel().tolist(), column.ravel().tolist(), offset="ul")
        return np.reshape(x, column.shape), np.reshape(y, column.shape)

    def _transformer(self) -> Any:
        if self.model is not None:
            return RPCTransformer(self.model, RPC_HEIGHT=self.model.height_off)
        return GCPTransformer(list(self.points))

    def changed(self, *, shift: float = 0.0, across: float = 1.0, down: float = 1.0) -> Placement:
        """Return the placement `shift` farther east, of cells larger by `across` and `down`."""
        if self.transform is not None:
            a, b, c, d, e, f = self.transform[:6]
            moved = Affine(a * across, b * down, c + shift, d * across, e * down, f)
            return replace(self, transform=moved)
        if self.model is not None:
            return replace(self, model=_changed_model(self.model, shift, across, down))
        points = (
            GroundControlPoint(one.row / down, one.col / across, one.x + shift, one.y, one.z)
            for one in self.points
        )
        return replace(self, points=tuple(points))


def _changed_model(model: RPC, shift: float, across: float, down: float) -> RPC:
    """Return RPC for cells of another size. They count from the centre of the first cell."""
    values = model.to_dict()
    values["long_off"] += shift
    for name, factor in (("samp", across), ("line", down)):
        values[f"{name}_off"] = (values[f"{name}_off"] + 0.5) / factor - 0.5
        values[f"{name}_scale"] /= factor
    return RPC(**values)


def placement_of(raster: OpenRaster, given: Any) -> Placement:
    """Return where a raster lies.

    Parameters
    ----------
    raster
        The raster.
    given
        The CRS that the user gives; None means the raster's own.

    Raises
    ------
    CRSError
        If it has no coordinates, or no CRS and none is given.

    Warns
    -----
    MinmapWarning
        If `given` is another CRS than that of the raster.
    """
    dataset = raster.dataset
    transform, points, model, stated = dataset.transform, (), None, dataset.crs
    if transform == Affine.identity():
        listed, crs_of_points = dataset.gcps
        if len(listed) >= _LEAST_POINTS:
            transform, points, stated = None, tuple(listed), crs_of_points
        elif dataset.rpcs is not None:
            transform, model, stated = None, dataset.rpcs, None
        else:
            raise CRSError(
                f"{raster.where} is not georeferenced: its pixels have no coordinates; add a world "
                "file or georeference it (QGIS: Raster > Georeferencer)."
            )
    own = None if stated is None else stated_crs(stated.to_wkt(), what=raster.where)
    placement = Placement(WGS84_CRS, transform, points, model)
    return replace(placement, crs=_taken(raster, own or (model and WGS84_CRS), given, placement))


def _taken(raster: OpenRaster, own: CRS | None, given: Any, placement: Placement) -> CRS:
    if given is not None:
        taken = crs_of(given)
        if own is not None and not own.equals(taken, ignore_axis_order=True):
            warn(
                f"{raster.title} says that its CRS is {own.name}; taken as {taken.name}, because "
                "crs says so.",
            )
        return taken
    if own is None:
        width, height = raster.dataset.width, raster.dataset.height
        columns, rows = np.array([0.0, width] * 2), np.array([0.0, 0.0, height, height])
        x, y = placement.coordinates(columns, rows)
        is_grid = raster.is_file and raster.dataset.driver == "AAIGrid"
        cure = "put a .prj beside it or pass it" if is_grid else "pass it"
        raise missing_crs(raster.where, [x.min(), y.min(), x.max(), y.max()], cure=cure)
    return own
