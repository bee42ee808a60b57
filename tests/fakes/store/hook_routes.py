"""Webhooks by REST: list, read, create, change, delete."""

from typing import Any

from tests.fakes.store.forms import Forms, only
from tests.fakes.store.hooks import HOOKS, Hook, Hooks
from tests.fakes.store.routes import OrderRoutes
from tests.fakes.store.shelf import Json, gmt
from tests.fakes.store.wire import Answer, Request, answer_error, answer_json, no_route

INVALID_ID = "woocommerce_rest_shop_webhook_invalid_id"


class HookRoutes:
    """What is below /wp-json/wc/v3/webhooks."""

    def __init__(self, hooks: Hooks, forms: Forms, routes: OrderRoutes) -> None:
        self._hooks = hooks
        self._forms = forms
        self._routes = routes

    def answer(self, request: Request, path: str) -> Answer:
        """By method and path."""
        number = path.removeprefix("webhooks").strip("/")
        if not number:
            return self._create(request) if request.method == "POST" else self._list(request)
        hook = self._hooks.rows.get(int(number)) if number.isdecimal() else None
        if hook is None:
            status = 400 if request.method == "PUT" else 404
            return answer_error(
                "woocommerce_rest_shop_webhook_invalid_id", "ID is invalid.", status
            )
        return self._changed(request, hook)

    def _changed(self, request: Request, hook: Hook) -> Answer:
        match request.method:
            case "PUT":
                self._hooks.change(hook, request.content)
            case "DELETE" if request.query.get("force") != "true":
                text = "Webhooks do not support trashing."
                return answer_error("woocommerce_rest_trash_not_supported", text, 501)
            case "DELETE":
                del self._hooks.rows[hook.hook_id]
            case "GET":
                pass
            case _:
                return no_route()
        return self._routes.with_index_link(answer_json(self._row(hook)))

    def _list(self, request: Request) -> Answer:
        """Pages are counted; an offset is not looked at: seen at WooCommerce 10.5."""
        query = request.query
        hooks = sorted(self._hooks.rows.values(), key=lambda hook: hook.hook_id)
        if query.get("order", "desc") == "desc":
            hooks.reverse()
        count, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        rows = [
            only(self._row(hook), query.get("_fields", ""))
            for hook in hooks[(page - 1) * count : page * count]
        ]
        return self._routes.listed("webhooks", rows, len(hooks) if rows else 0, query, {})

    def _create(self, request: Request) -> Answer:
        content: dict[str, Any] = request.content
        if content.get("topic") not in HOOKS or not content.get("delivery_url"):
            return answer_error("woocommerce_rest_webhook_invalid", "Webhook is invalid.", 400)
        return answer_json(self._row(self._hooks.create(content)), 201)

    def _row(self, hook: Hook) -> Json:
        resource, event = hook.topic.split(".")
        return {
            "id": hook.hook_id,
            "name": hook.name,
            "status": hook.status,
            "topic": hook.topic,
            "resource": resource,
            "event": event,
            "hooks": HOOKS[hook.topic],
            "delivery_url": hook.delivery_url,
            "date_created": self._forms.local(hook.created),
            "date_created_gmt": gmt(hook.created),
            "date_modified": self._forms.local(hook.created),
            "date_modified_gmt": gmt(hook.created),
            "_links": self._forms.links(f"webhooks/{hook.hook_id}", "webhooks"),
        }
