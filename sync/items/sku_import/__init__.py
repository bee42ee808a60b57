"""Mappings from a CSV file: upload, check in the background, preview, apply, undo.

The file and everything found in it stand in the database: whichever worker goes on with an import
finds it there, and none holds more of it than a thousand rows at a time.
"""

from sync.items.sku_import.applying import ask_to_apply
from sync.items.sku_import.states import TASK, NotPossibleError, discard, forget_old
from sync.items.sku_import.undoing import ask_to_undo, last_applied
from sync.items.sku_import.uploading import UnfitFileError, check_again, receive
from sync.items.sku_import.working import queue_what_stopped, work

__all__ = [
    "TASK",
    "NotPossibleError",
    "UnfitFileError",
    "ask_to_apply",
    "ask_to_undo",
    "check_again",
    "discard",
    "forget_old",
    "last_applied",
    "queue_what_stopped",
    "receive",
    "work",
]
