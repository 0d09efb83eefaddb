"""The columns of a file as a source defines them: trimmed, its sentinels missing."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from minmap.files.cells import Cells
from minmap.reading.coded_texts import CodedTexts, coded
from minmap.vocabulary import TEXT


@dataclass(frozen=True)
class SourceCells(Cells):
    """Cells of a file as a source defines them.

    Attributes
    ----------
    missing
        Lower-case texts that stand for missing, such as ``"-9999"``.
    """

    missing: frozenset[str] = frozenset()
    _texts: dict[str, pd.Series] = field(default_factory=dict, init=False, repr=False)
    _coded: dict[str, CodedTexts] = field(default_factory=dict, init=False, repr=False)

    def column(self, name: str) -> pd.Series | None:
        """Return a column as trimmed text, blanks and sentinels missing; None if there is none.

        Case is ignored in the name.
        """
        key = name.casefold()
        if key not in self._texts:
            found = super().column(name)
            if found is None:
                return None
            if self.missing:
                found = found.mask(found.str.lower().isin(self.missing))
            self._texts[key] = found
        return self._texts[key]

    def coded(self, names: tuple[str, ...]) -> CodedTexts | None:
        """Return columns joined with "; ", each different text once; None if there is none."""
        present = [name for name in names if name.casefold() in self.folded_names]
        if not present:
            return None
        whole, *others = map(self._coded_column, present)
        for other in others:
            whole = whole.beside(other)
        return whole

    def _coded_column(self, name: str) -> CodedTexts:
        key = name.casefold()
        if key not in self._coded:
            given = self.frame[self.folded_names[key]]
            if given.dtype == TEXT:
                # Trimming the different texts takes a fraction of trimming all rows.
                whole = coded(pa.array(given, type=pa.large_string(), from_pandas=True))
                whole = whole.renamed({text: self._cleaned(text) for text in whole.texts})
            else:
                whole = coded(pa.array(self.column(name), pa.large_string(), from_pandas=True))
            self._coded[key] = whole
        return self._coded[key]

    def _cleaned(self, text: str) -> str | None:
        stripped = text.strip()
        return None if not stripped or stripped.casefold() in self.missing else stripped
