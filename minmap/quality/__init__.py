"""Check records for doubtful values, and repair them in a way that can be undone.

>>> "swapped" in check_rules()["rule"].tolist()
True
"""

from minmap.quality.inspection import check
from minmap.quality.repairs import repair, undo_repairs
from minmap.quality.rule_list import check_rules

__all__ = ["check", "check_rules", "repair", "undo_repairs"]
