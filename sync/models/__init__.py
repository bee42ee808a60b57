"""What came from stores, and where it stands."""

from sync.models.delivery import Delivery, DeliveryState, Lane, Snapshot, Wakeup
from sync.models.download import Download, DownloadState
from sync.models.health import Finding, Watch
from sync.models.heartbeat import Heartbeat
from sync.models.order import (
    Acceptance,
    DocumentKind,
    Order,
    OrderDocument,
    OrderDraft,
    OrderState,
)
from sync.models.pull import OPEN_BACKFILLS, Backfill, BackfillState, Polling
from sync.models.sku import SkuMapping, UnmatchedSku
from sync.models.sku_import import (
    OPEN_STATES,
    WORKING_STATES,
    ImportState,
    SkuImport,
    SkuImportPart,
    SkuImportRow,
)

__all__ = [
    "OPEN_BACKFILLS",
    "OPEN_STATES",
    "WORKING_STATES",
    "Acceptance",
    "Backfill",
    "BackfillState",
    "Delivery",
    "DeliveryState",
    "DocumentKind",
    "Download",
    "DownloadState",
    "Finding",
    "Heartbeat",
    "ImportState",
    "Lane",
    "Order",
    "OrderDocument",
    "OrderDraft",
    "OrderState",
    "Polling",
    "SkuImport",
    "SkuImportPart",
    "SkuImportRow",
    "SkuMapping",
    "Snapshot",
    "UnmatchedSku",
    "Wakeup",
    "Watch",
]
