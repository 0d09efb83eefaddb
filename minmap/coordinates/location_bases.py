"""What the uncertainty of a location rests on: the values of ``location_uncertainty_basis``."""

from typing import Final

PRECISION: Final = "precision"
"""The digits of the coordinates alone."""
STATED: Final = "stated"
"""What the source says of the record, or the digits of the coordinates if these are coarser."""
SCATTER: Final = "scatter"
"""The measured scatter of the source."""
SPREAD: Final = "spread"
"""The distance of the records of one site."""
