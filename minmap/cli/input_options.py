"""Options of reading in commands that read several files: which file each option is for."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from minmap.cli.reading import options_given, with_layer
from minmap.errors import ChoiceError, CRSError, FileError
from minmap.files import open_document
from minmap.scene.headings import words_of_file

_Result = TypeVar("_Result")
_OF_SHAPES: Final = ("layer", "crs")


class InputOptions:
    """The options of `minmap.read` on the command line, for each of several files.

    A file that is the only one gets all. Of several, those that state no CRS get ``--crs``, and
    those that have a layer of that name get ``--layer``.

    Parameters
    ----------
    is_only
        Whether the command reads one file.
    without_layer
        Files that ``--layer`` is not for.
    """

    def __init__(self, *, is_only: bool, without_layer: frozenset[Path] = frozenset()) -> None:
        self._given = options_given()
        self._is_only, self._without_layer = is_only, without_layer
        self._crs_is_used = is_only

    @classmethod
    def of(cls, inputs: Sequence[Path], others: Sequence[Path]) -> Self:
        """Return the options for files that ``--layer`` is for, and for others.

        Raises
        ------
        ChoiceError
            If none of several files has the layer, or each names one after a colon.
        """
        layer, without = options_given().get("layer"), frozenset[Path]()
        if layer is not None and all(with_layer(path)[1] for path in inputs):
            raise ChoiceError(
                f"layer={layer!r} is for no file, since each names its layer after a colon; leave "
                "one of them out."
            )
        if layer is not None and len(inputs) > 1:
            layers = {path: _layers(path) for path in inputs if with_layer(path)[1] is None}
            without = frozenset(path for path, names in layers.items() if layer not in names)
            if len(without) == len(layers):
                listed = "; ".join(
                    f"{path} has {', '.join(names)}" for path, names in layers.items() if names
                )
                raise ChoiceError(f"layer={layer!r} is in none of the files; {listed}.")
        return cls(is_only=len({*inputs, *others}) == 1, without_layer=without)

    def words_of(self, path: Path) -> str:
        """Return the words of a file, or of the layer that is read of it."""
        file, layer = self._chosen(path)
        return words_of_file(file, layer)

    def _chosen(self, path: Path) -> tuple[Path, str | None]:
        """Return a file and the layer that the path or ``--layer`` names."""
        file, layer = with_layer(path)
        if layer is None and path not in self._without_layer:
            layer = self._given.get("layer")
        return file, layer

    def are_of_tables(self) -> bool:
        """Return whether an option is given that only tables of occurrences have."""
        return bool(self._given.keys() - {*_OF_SHAPES})

    def call(
        self, function: Callable[..., _Result], path: Path, *, names: Sequence[str] | None = None
    ) -> _Result:
        """Call a function with a file and the options for it.

        Parameters
        ----------
        function
            It raises `CRSError` if the file has no CRS.
        path
            The file; its layer may follow a colon.
        names
            The options that the function takes besides the layer of the path; None means all.

        Raises
        ------
        CRSError
            If the file has no CRS, and none is given.
        FileError
            If the function raises it. A file that needs a layer other than that of ``--layer`` is
            to be an overlay.
        """
        given = {
            name: value
            for name, value in self._given.items()
            if name != "layer" and (names is None or name in names)
        }
        has_layers = names is None or "layer" in names
        file, layer = self._chosen(path) if has_layers else with_layer(path)
        if layer is not None:
            given["layer"] = layer
        try:
            return self._with_crs(partial(function, file), given)
        except FileError as error:
            if path not in self._without_layer:
                raise
            cure = f"--layer is for another file, so give --overlay {path}:LAYER with one of"
            raise FileError(str(error).replace("pass layer= one of", cure)) from error

    def _with_crs(self, function: Callable[..., _Result], given: dict[str, Any]) -> _Result:
        if "crs" not in given or self._is_only:
            return function(**given)
        crs = given.pop("crs")
        try:
            return function(**given)
        except CRSError:
            found = function(**given, crs=crs)
        self._crs_is_used = True
        return found

    def call_on_shapes(self, function: Callable[..., _Result], path: Path) -> _Result:
        """Call a function with a vector file and the options that such files have."""
        return self.call(function, path, names=_OF_SHAPES)

    def require_used(self) -> None:
        """Raise if no file needed ``--crs``."""
        crs = self._given.get("crs")
        if crs is not None and not self._crs_is_used:
            raise CRSError(
                f"crs={crs!r} is for files without a CRS, and each of these states its own or has "
                "degrees; leave it out, or give the file that it is for alone."
            )


def _layers(path: Path) -> Sequence[str]:
    # It is imported when it is needed: `minmap --help` does not wait for rasterio.
    from minmap.rasters.dataset import holds_raster  # noqa: PLC0415

    if holds_raster(path):
        return ()
    with open_document(path) as opened:
        return opened.layers
