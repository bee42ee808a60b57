"""Connected stores, what happened on them, and how a plugin is paired with one."""

from connections.models.activity import Activity, ActivityStatus
from connections.models.connection import PostAs, Status, StoreConnection, UnmappedSku
from connections.models.pairing import GuessCount, PairedSite, PairingCode

__all__ = [
    "Activity",
    "ActivityStatus",
    "GuessCount",
    "PairedSite",
    "PairingCode",
    "PostAs",
    "Status",
    "StoreConnection",
    "UnmappedSku",
]
