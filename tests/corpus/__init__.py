"""Malformed and hostile files: one function makes each, and says what must come of it."""

from tests.corpus.archives import ARCHIVES
from tests.corpus.case import Case
from tests.corpus.tables import TABLES
from tests.corpus.vectors import VECTORS
from tests.corpus.workbooks import WORKBOOKS

CASES: tuple[Case, ...] = (*TABLES, *WORKBOOKS, *ARCHIVES, *VECTORS)

__all__ = ["CASES", "Case"]
