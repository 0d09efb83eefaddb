"""The folders of the repository and of the reference data."""

from __future__ import annotations

import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
SHARED = REPO.parent / "shared" / "data"


def reference_data() -> Path:
    """Return the folder of the command line; by default ../shared/data beside the repository."""
    return Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
