"""What happens in a store: orders placed, edited, refunded, trashed, restored, deleted.

Each verb moves the times and queues the webhooks as WooCommerce 10.5 was seen to do it.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.fakes.store.forms import Forms
from tests.fakes.store.hooks import Hooks
from tests.fakes.store.shelf import Entry, Json, Shelf, gmt


class Life:
    """The verbs; every one happens at the clock's time."""

    def __init__(
        self, shelf: Shelf, forms: Forms, hooks: Hooks, clock: Callable[[], datetime]
    ) -> None:
        self._shelf = shelf
        self._forms = forms
        self._hooks = hooks
        self._clock = clock
        self.next_id = 1000

    def place(self, body: Json, *, status: str = "processing") -> int:
        """A new order, in any status; the store gives the id."""
        now = self._clock()
        order_id = self._new_id()
        entry = Entry(order_id, now, now, status, lambda: {**body, "number": str(order_id)})
        self._shelf.put(entry)
        if status != "auto-draft":
            self._hooks.happened("order.created", order_id)
            self._hooks.happened("order.updated", order_id)
        return order_id

    def leave_draft(self, order_id: int, *, status: str = "processing") -> None:
        """A block checkout is finished: updated first, then created."""
        self._save(order_id, status=status)
        self._hooks.happened("order.created", order_id)

    def edit(self, order_id: int, *, status: str = "", **changes: Any) -> None:
        """A save, with or without changes."""
        self._entry(order_id).body.update(changes)
        self._save(order_id, status=status)

    def edit_unseen(self, order_id: int, **changes: Any) -> None:
        """An edit that moves no time and is announced by nothing: lines under legacy storage."""
        self._entry(order_id).body.update(changes)

    def refund(self, order_id: int, amount: str, *, lines: list[Json] | None = None) -> int:
        """Give money back: the order is saved."""
        refund_id = self._new_id()
        self._shelf.add_refund(
            self._entry(order_id),
            {
                "id": refund_id,
                "date_created_gmt": gmt(self._clock()),
                "amount": f"{Decimal(amount):.2f}",
                "reason": "",
                "refunded_by": 1,
                "refunded_payment": False,
                "meta_data": [],
                "line_items": lines or [],
                "shipping_lines": [],
                "tax_lines": [],
                "fee_lines": [],
            },
        )
        self._save(order_id)
        return refund_id

    def delete_refund(self, order_id: int, refund_id: int) -> None:
        """Silent: no webhook, no time moves."""
        self._shelf.drop_refund(self._entry(order_id), refund_id)

    def trash(self, order_id: int) -> None:
        """Into the trash."""
        self._move(order_id, "trash")
        self._hooks.happened("order.deleted", order_id)

    def restore(self, order_id: int, *, status: str = "processing") -> None:
        """Out of the trash, in wp-admin."""
        self._move(order_id, status)
        self._hooks.happened("order.restored", order_id)

    def untrash_by_rest(self, order_id: int, *, status: str = "processing") -> None:
        """Out of the trash by a PUT of the status: no webhook."""
        self._move(order_id, status)

    def delete(self, order_id: int) -> None:
        """For good: silent."""
        self._shelf.remove(self._entry(order_id))

    def _save(self, order_id: int, *, status: str = "") -> None:
        self._move(order_id, status or self._entry(order_id).status)
        self._hooks.happened("order.updated", order_id)

    def _move(self, order_id: int, status: str) -> None:
        self._shelf.move(self._entry(order_id), modified=self._clock(), status=status)

    def _entry(self, order_id: int) -> Entry:
        entry = self._shelf.get(order_id)
        assert entry is not None, f"no order {order_id}"
        return entry

    def _new_id(self) -> int:
        """Orders and refunds share one sequence."""
        self.next_id += 1
        return self.next_id
