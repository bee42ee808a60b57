"""SKU mappings by the ten thousand: preview, apply, undo, the worker's memory, and the pages."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.database import database_in_use, settle
from bench.goals import Measured
from bench.history import grow
from bench.orders import bodies
from bench.timing import seconds, spread
from config.embedded import Server

if TYPE_CHECKING:
    from bench.stores import Store

ROWS, WRONG = 50_000, 500
FEW_ROWS = 5_000
VOUCHERS = 100_000
READS = 10


def measure(server: Server) -> list[Measured]:
    """A store with 100,000 vouchers takes a file of 50,000 rows, 500 of them wrong."""
    from bench.stores import open_store

    with database_in_use(server, "skus"):
        store, small = _filled(), open_store()
        _items(small.company_id)
    grow(server, "skus", store.company_id, VOUCHERS)
    settle(server, "skus")
    with database_in_use(server, "skus"):
        imports = [_uploaded(small, FEW_ROWS), _uploaded(store, ROWS)]
        found = _in_a_worker(imports)
        return [*found, *_steps(imports[1]), _pages(store)]


def _filled() -> "Store":
    """With a large catalogue and a few thousand SKUs that nobody has mapped."""
    from bench.stores import deliver, open_store
    from sync.booking import pipeline
    from sync.models import UnmatchedSku

    store = open_store()
    deliver(store, bodies(1_000))
    pipeline.drain(store.connection.pk)
    _items(store.company_id)
    UnmatchedSku.objects.bulk_create(
        UnmatchedSku(
            company_id=store.company_id, connection=store.connection, key=f"odd-{n}",
            sku=f"ODD-{n}", name=f"Oddity {n}", lines=n, last_order_id=1, last_number="1",
            last_at=datetime(2026, 11, 1, tzinfo=UTC),
        )
        for n in range(5_000)
    )  # fmt: skip
    return store


def _items(company_id: int) -> None:
    from ledger.models import Item

    Item.objects.bulk_create(
        (
            Item(company_id=company_id, sku=f"ITEM-{n:05}", name=f"Article number {n}")
            for n in range(ROWS)
        ),
        batch_size=5_000,
    )


@dataclass(slots=True)
class _File:
    content: bytes
    name: str | None = "mappings.csv"

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """From the beginning."""
        step = chunk_size or 65_536
        return (self.content[i : i + step] for i in range(0, len(self.content), step))


def _uploaded(store: "Store", count: int) -> int:
    """Send in a file in which every hundredth row is wrong; the import's id."""
    from ledger.models import Membership
    from sync.items import sku_import

    rows = [
        f"WEB-{n:05},{'NO-SUCH' if n % (ROWS // WRONG) == 0 else f'ITEM-{n:05}'}\n"
        for n in range(count)
    ]
    file = _File(("Store SKU,Item SKU\n" + "".join(rows)).encode())
    owner = Membership.objects.get(company_id=store.company_id).user
    return sku_import.receive(store.connection, file, user=owner, at=datetime.now(UTC)).pk


def _in_a_worker(imports: list[int]) -> list[Measured]:
    """Check both in a process of its own, the small one first."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    command = [sys.executable, "-m", "bench.skus", name, *map(str, imports)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    (_, few), (took, many) = json.loads(done.stdout)
    note = f"{FEW_ROWS:,} rows: {few:.0f} MB, {ROWS:,} rows: {many:.0f} MB"
    return [
        Measured("sku-preview", spread([took]), f"{ROWS:,} rows, {WRONG} of them wrong"),
        Measured("sku-memory", spread([many / few]), note),
    ]


def main() -> None:
    """Check imports one after the other; for each the seconds, and the most memory so far."""
    import django

    django.setup()
    from django.db import connection

    from sync.items import sku_import

    name, *imports = sys.argv[1:]
    connection.settings_dict["NAME"] = name
    told = []
    for import_id in imports:
        started = time.monotonic()
        while not sku_import.work(int(import_id), seconds=5, at=datetime.now(UTC)):
            pass
        told.append((time.monotonic() - started, _most_held()))
    sys.stdout.write(json.dumps(told))


def _most_held() -> float:
    status = Path("/proc/self/status").read_text().split()
    return int(status[status.index("VmHWM:") + 1]) / 1024


def _steps(import_id: int) -> list[Measured]:
    """Apply, undo, and apply once more."""
    from sync.items import sku_import
    from sync.models import SkuImport

    found = SkuImport.objects.select_related("connection__company").get(pk=import_id)
    if (found.errors, found.new) != (WRONG, ROWS - WRONG):
        raise AssertionError(f"{found.errors} errors and {found.new} new rows were counted")
    now = datetime.now(UTC)

    def step(ask: Any) -> float:
        fresh = SkuImport.objects.select_related("connection__company").get(pk=import_id)
        ask(fresh, user=found.uploaded_by, at=now)
        return seconds(lambda: sku_import.work(import_id, seconds=60, at=now))

    applied = step(sku_import.ask_to_apply)
    undone = step(sku_import.ask_to_undo)
    note = f"{ROWS - WRONG:,} mappings in one transaction; undone in {undone:.1f} s"
    return [Measured("sku-apply", spread([applied]), note)]


def _pages(store: "Store") -> Measured:
    """The slowest page of the mapping, through URLs, middleware, database and template."""
    from django.test import Client

    from ledger.models import Membership
    from sync.items import sku_import
    from sync.models import SkuImport

    again = _uploaded(store, ROWS)
    while not sku_import.work(again, seconds=60, at=datetime.now(UTC)):
        pass
    made = SkuImport.objects.select_related("connection__company").get(pk=again)
    sku_import.ask_to_apply(made, user=made.uploaded_by, at=datetime.now(UTC))
    sku_import.work(again, seconds=60, at=datetime.now(UTC))
    client = Client(SERVER_NAME="127.0.0.1")
    user = Membership.objects.get(company_id=store.company_id).user
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    skus = f"/c/{store.company_id}/stores/{store.connection.pk}/skus"
    pages = (*_PAGES, f"imports/{again}/")
    times = {page: _page(client, f"{skus}/{page}") for page in pages}
    slowest = max(times, key=lambda page: times[page])
    listed = ", ".join(f"{page} {took:.0f}" for page, took in times.items())
    return Measured("sku-pages", spread([times[slowest]]), f"ms each: {listed}")


_PAGES = (
    "?show=unmapped",
    "?show=unmapped&q=oddity%2049",
    "?show=mapped",
    "?show=mapped&q=number%204999",
    "?show=imports",
    "items/?item=item-04",
    "items/?item=number%204999",
    "choose/?sku=ODD-1&item=number%204999",
)


def _page(client: Any, url: str) -> float:
    times = [1000 * seconds(lambda: client.get(url)) for _ in range(READS)]
    if client.get(url).status_code != 200:
        raise AssertionError(f"{url} is not answered")
    return spread(times).median


if __name__ == "__main__":
    main()
