"""Small valid rasters of every kind that `Map.add` takes."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.transform import Affine

from tests.fuzz.inputs import Input

READERS = ("layer", "layer", "page")
PLACED = ("placed",)
_SIDE = 24
_NORTH_UP = Affine(0.5, 0, 60, 0, -0.5, 50)
_METRES = Affine(500, 0, 4e5, 0, -500, 5e6)
_TURNED = Affine(0.5, 0.2, 60, 0.2, -0.5, 50)

_KINDS: dict[str, dict[str, Any]] = {
    "striped.tif": {"dtype": "float32", "nodata": -9999},
    "tiled.tif": {"dtype": "int16", "tiled": True, "blockxsize": 16, "blockysize": 16},
    "packed.tif": {"dtype": "uint8", "compress": "deflate", "predictor": 2},
    "lzw.tif": {"dtype": "uint16", "compress": "lzw"},
    "turned.tif": {"dtype": "float64", "transform": _TURNED},
    "colours.tif": {"dtype": "uint8", "count": 3, "photometric": "RGB"},
    "metres.tif": {"dtype": "float32", "crs": "EPSG:32642", "transform": _METRES},
    "palette.tif": {"dtype": "uint8"},
    "a.img": {"driver": "HFA", "dtype": "float32"},
    "a.jp2": {"driver": "JP2OpenJPEG", "dtype": "uint8", "quality": "100", "reversible": "yes"},
}  # fmt: skip


def _values(kind: dict[str, Any]) -> Any:
    cells = np.arange(_SIDE * _SIDE).reshape(_SIDE, _SIDE) % 30
    return np.stack([cells] * kind.get("count", 1)).astype(kind["dtype"])


def _write(path: Path, kind: dict[str, Any]) -> None:
    options = {
        "driver": "GTiff", "count": 1, "crs": "EPSG:4326", "transform": _NORTH_UP, **kind,
    }  # fmt: skip
    with rasterio.open(path, "w", width=_SIDE, height=_SIDE, **options) as file:
        file.write(_values(kind))
        file.update_tags(class_1="grass", units="m", source="a survey")
        if path.name == "palette.tif":
            file.write_colormap(1, {n: (n * 8, 20, 200 - n, 255) for n in range(30)})


def _translated(source: Path, target: Path, driver: str) -> None:
    with rasterio.open(source) as file:
        data, profile = file.read(), file.profile
    wanted = {key: profile[key] for key in ("width", "height", "count", "crs", "transform")}
    with rasterio.open(target, "w", driver=driver, dtype=data.dtype, **wanted) as file:
        file.write(data)


_COPIES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("metres.tif", "n3.nc", "netCDF", {"FORMAT": "NC"}),
    ("metres.tif", "n4.nc", "netCDF", {"FORMAT": "NC4C", "COMPRESS": "DEFLATE"}),
    ("metres.tif", "m.ers", "ERS", {}),
    ("packed.tif", "m.grd", "GSBG", {}),
    ("colours.tif", "t.gpkg", "GPKG", {"TILE_FORMAT": "PNG"}),
    ("colours.tif", "t.mbtiles", "MBTiles", {"TILE_FORMAT": "PNG"}),
)


def _copied(folder: Path, source: str, name: str, driver: str, options: dict[str, str]) -> Input:
    rasterio.shutil.copy(folder / source, folder / name, driver=driver, **options)
    names = (name, Path(name).stem if driver == "ERS" else name)
    files = {one: (folder / one).read_bytes() for one in names}
    return Input(f"raster {name}", name, files, PLACED if driver == "GSBG" else READERS)


_VRT = (
    '<VRTDataset rasterXSize="24" rasterYSize="24"><SRS>EPSG:4326</SRS><GeoTransform>60, 0.5, 0, '
    '50, 0, -0.5</GeoTransform><VRTRasterBand dataType="Float32" band="1"><SimpleSource>'
    '<SourceFilename relativeToVRT="1">striped.tif</SourceFilename><SourceBand>1</SourceBand>'
    '<SrcRect xOff="0" yOff="0" xSize="24" ySize="24"/><DstRect xOff="0" yOff="0" xSize="24" '
    'ySize="24"/></SimpleSource></VRTRasterBand></VRTDataset>'
)


def raster_seeds() -> list[Input]:
    """Return the seeds, each with the sidecars that GDAL writes beside it."""
    seeds = []
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no georeference inside a PNG
        folder = Path(name)
        for file, kind in _KINDS.items():
            _write(folder / file, kind)
            files = {part.name: part.read_bytes() for part in sorted(folder.glob(f"{file}*"))}
            seeds.append(Input(Path(file).suffix[1:], file, files, READERS))
        _translated(folder / "packed.tif", folder / "b.png", "PNG")
        _translated(folder / "tiled.tif", folder / "b.asc", "AAIGrid")
        other = [_copied(folder, *one) for one in _COPIES]
        # Map.add goes by the ending; a grid or picture called .tif is opened by its content.
        png = {"b.tif": (folder / "b.png").read_bytes(), "b.tfw": b"0.5\n0\n0\n-0.5\n60\n50\n"}
        asc = {"b.tif": (folder / "b.asc").read_bytes()}
        vrt = {"a.vrt": _VRT.encode(), "striped.tif": (folder / "striped.tif").read_bytes()}
    seeds += other
    seeds += [
        Input("png", "b.tif", png, PLACED),
        Input("asc", "b.tif", asc, PLACED),
        Input("vrt", "a.vrt", vrt, READERS),
    ]
    return seeds
