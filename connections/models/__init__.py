"""Connected stores, what happened on them, and how a plugin is paired with one."""

from connections.models.activity import Activity, ActivityStatus
from connections.models.connection import (
    BareRefund,
    PostAs,
    Status,
    StoreConnection,
    UnmappedSku,
)
from connections.models.key_request import KeyOutcome, KeyRequest
from connections.models.pairing import GuessCount, PairedSite, PairingCode

__all__ = [
    "Activity",
    "ActivityStatus",
    "BareRefund",
    "GuessCount",
    "KeyOutcome",
    "KeyRequest",
    "PairedSite",
    "PairingCode",
    "PostAs",
    "Status",
    "StoreConnection",
    "UnmappedSku",
]
