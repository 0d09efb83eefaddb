"""Check records for doubtful values, and repair them in a way that can be undone.

>>> "swapped" in check_rules()["rule"].tolist()
True
"""

from minmap.quality.findings import check_rules
from minmap.quality.inspection import check
from minmap.quality.repairs import repair, undo_repairs

__all__ = ["check", "check_rules", "repair", "undo_repairs"]
