"""The columns of a file as a source defines them: trimmed, its sentinels missing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from minmap.files.cells import Cells


@dataclass(frozen=True)
class SourceCells(Cells):
    """Cells of a file as a source defines them.

    Attributes
    ----------
    missing
        Lower-case texts that mean missing, such as ``"-9999"``.
    """

    missing: frozenset[str] = frozenset()

    def column(self, name: str) -> pd.Series | None:
        """Return a column as trimmed text, blanks and sentinels missing; None if there is none.

        Case is ignored in the name.
        """
        found = super().column(name)
        if found is None or not self.missing:
            return found
        return found.mask(found.str.lower().isin(self.missing))
