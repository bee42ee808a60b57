"""What came from stores, and where it stands."""

from sync.models.customer import Customer, CustomerAccount, CustomerMerge, CustomerOrder
from sync.models.customer_look import CustomerLook, LookedCustomer, LookOutcome
from sync.models.delivery import Delivery, DeliveryState, Lane, Snapshot, Wakeup
from sync.models.download import Download, DownloadState
from sync.models.errand import OPEN_ERRANDS, Errand, ErrandState
from sync.models.health import Finding, Watch
from sync.models.heartbeat import Heartbeat
from sync.models.look import Look, LookedOrder
from sync.models.order import (
    Acceptance,
    DocumentKind,
    Order,
    OrderDocument,
    OrderDraft,
    OrderState,
)
from sync.models.order_import import ImportedOrder, ImportOutcome, OrderImport
from sync.models.pull import OPEN_BACKFILLS, Backfill, BackfillState, Polling
from sync.models.retry_run import RetryRun
from sync.models.sku import SkuMapping, UnmatchedSku
from sync.models.sku_import import (
    OPEN_STATES,
    WORKING_STATES,
    ImportState,
    SkuImport,
    SkuImportPart,
    SkuImportRow,
)
from sync.models.sweep import (
    SweepOrigin,
    SweepRun,
    SweepStage,
    SweepState,
    SweepSum,
    SweptOrder,
)

__all__ = [
    "OPEN_BACKFILLS",
    "OPEN_ERRANDS",
    "OPEN_STATES",
    "WORKING_STATES",
    "Acceptance",
    "Backfill",
    "BackfillState",
    "Customer",
    "CustomerAccount",
    "CustomerLook",
    "CustomerMerge",
    "CustomerOrder",
    "Delivery",
    "DeliveryState",
    "DocumentKind",
    "Download",
    "DownloadState",
    "Errand",
    "ErrandState",
    "Finding",
    "Heartbeat",
    "ImportOutcome",
    "ImportState",
    "ImportedOrder",
    "Lane",
    "Look",
    "LookOutcome",
    "LookedCustomer",
    "LookedOrder",
    "Order",
    "OrderDocument",
    "OrderDraft",
    "OrderImport",
    "OrderState",
    "Polling",
    "RetryRun",
    "SkuImport",
    "SkuImportPart",
    "SkuImportRow",
    "SkuMapping",
    "Snapshot",
    "SweepOrigin",
    "SweepRun",
    "SweepStage",
    "SweepState",
    "SweepSum",
    "SweptOrder",
    "UnmatchedSku",
    "Wakeup",
    "Watch",
]
