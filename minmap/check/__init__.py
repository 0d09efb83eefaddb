"""What is wrong with records, on what evidence; and repairs that can be undone.

>>> "swapped" in check_rules()["rule"].tolist()
True
"""

from minmap.check.checking import check
from minmap.check.repairing import repair, undo_repairs
from minmap.check.rules import check_rules

__all__ = ["check", "check_rules", "repair", "undo_repairs"]
