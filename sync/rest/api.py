"""REST API v1: what came from stores, and what stands in the books for it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from connections.models import Activity, StoreConnection
from ledger.api_auth import TokenAuthentication, TokenScope, companies_of_request
from ledger.core.documents import VoucherType
from sync.cursor_pages import Page, PageQuery, answer, page_of, short_page
from sync.models import Delivery, DeliveryState, Order, OrderState
from sync.rest.api_rows import VoucherFilter, orders_with_vouchers, vouchers_page
from sync.rest.api_shapes import (
    ActivityShape,
    ConnectionShape,
    DeliveryShape,
    OrderShape,
    Shape,
    VoucherShape,
)

Record = TypeVar("Record", bound=Model)


class OfConnectionQuery(PageQuery):
    """Rows of one connection, or of all that the token opens."""

    connection = serializers.UUIDField(required=False)


class OfOrderQuery(OfConnectionQuery):
    """Rows of one order, too."""

    order_id = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class VoucherQuery(OfOrderQuery):
    """Which vouchers; days are voucher dates, both ends included."""

    type = serializers.ChoiceField([each.value for each in VoucherType], required=False)
    status = serializers.ChoiceField(["draft", "posted"], required=False)
    date_from = serializers.DateField(required=False)
    date_to = serializers.DateField(required=False)


class DeliveryQuery(OfOrderQuery):
    """Which deliveries."""

    state = serializers.ChoiceField(DeliveryState.choices, required=False)


def described(name: str, query: type[PageQuery], shape: type[Shape]) -> Callable[[Any], Any]:
    """Put a list into the OpenAPI schema."""
    page = inline_serializer(
        f"PageOf{shape.__name__.removesuffix('Shape')}",
        {
            "results": shape(many=True),
            "next": serializers.URLField(allow_null=True, help_text="The next page, if any."),
        },
    )
    return extend_schema(operation_id=name, parameters=[query], responses=page)


class ApiView(APIView):
    """Only with a token, and only what its companies own."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (TokenScope,)
    query: ClassVar[type[PageQuery]] = PageQuery

    def asked(self, request: Request) -> Mapping[str, Any]:
        """The query, checked; what is wrong is answered with 400."""
        query = self.query(data=request.query_params)
        query.is_valid(raise_exception=True)
        return cast("Mapping[str, Any]", query.validated_data)

    def found(
        self, request: Request, rows: "QuerySet[Record]", fields: Sequence[str]
    ) -> Page[Record]:
        """A page of the companies' rows; `fields` are those that the query may ask for."""
        asked = self.asked(request)
        companies = list(companies_of_request(request))
        stores = StoreConnection.objects.filter(company__in=companies).values_list("pk", flat=True)
        # The stores alone would do; their ids are what these tables have indexes for.
        wanted = Q(company__in=companies, connection__in=list(stores))
        for name in fields:
            if name in asked:
                wanted &= Q(**{name: asked[name]})
        return page_of(rows.filter(wanted), asked.get("cursor"), asked["page_size"])


def shaped(shape: type[Shape]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Turn rows into JSON."""
    return lambda rows: list(shape(rows, many=True).data)


class ConnectionsView(ApiView):
    """Connected stores."""

    @described("connections", PageQuery, ConnectionShape)
    def get(self, request: Request) -> Response:
        """The stores of the token's companies, deleted ones too: their vouchers stay."""
        asked = self.asked(request)
        mine = StoreConnection.objects.filter(company__in=companies_of_request(request))
        rows = _with_facts(mine).order_by("created_at", "pk")
        found = short_page(rows, asked.get("cursor"), asked["page_size"])
        return answer(request, found, shaped(ConnectionShape))


def _with_facts(connections: "QuerySet[StoreConnection]") -> "QuerySet[StoreConnection]":
    heard = Delivery.objects.filter(connection=OuterRef("pk")).order_by("-id")
    booked = Order.objects.filter(connection=OuterRef("pk"), state=OrderState.BOOKED)
    counted = booked.order_by().values("connection").annotate(count=Count("pk")).values("count")
    return connections.annotate(
        last_heard_at=Subquery(heard.values("received_at")[:1]),
        orders_booked=Coalesce(Subquery(counted), 0),
    )


class VouchersView(ApiView):
    """Vouchers and drafts."""

    query = VoucherQuery

    @described("vouchers", VoucherQuery, VoucherShape)
    def get(self, request: Request) -> Response:
        """Posted vouchers in the sequence of posting, then drafts."""
        asked = dict(self.asked(request))
        cursor, size = asked.pop("cursor", None), asked.pop("page_size")
        companies = companies_of_request(request)
        found = vouchers_page(companies, VoucherFilter(**asked), cursor, size)
        return answer(request, found, shaped(VoucherShape))


class OrdersView(ApiView):
    """Orders of stores."""

    query = OfOrderQuery

    @described("orders", OfOrderQuery, OrderShape)
    def get(self, request: Request) -> Response:
        """Where each order stands, with its vouchers, in the sequence of first arrival."""
        found = self.found(request, Order.objects.all(), ("connection", "order_id"))
        rows = orders_with_vouchers(found.rows)
        return answer(request, Page(rows, found.next), shaped(OrderShape))


class DeliveriesView(ApiView):
    """What arrived from stores."""

    query = DeliveryQuery

    @described("deliveries", DeliveryQuery, DeliveryShape)
    def get(self, request: Request) -> Response:
        """Each arrival, and how it ended; `received` is on its way."""
        fields = ("connection", "order_id", "state")
        found = self.found(request, Delivery.objects.all(), fields)
        return answer(request, found, shaped(DeliveryShape))


class ActivityView(ApiView):
    """The activity log."""

    query = OfConnectionQuery

    @described("activity", OfConnectionQuery, ActivityShape)
    def get(self, request: Request) -> Response:
        """What happened, oldest first."""
        found = self.found(request, Activity.objects.all(), ("connection",))
        return answer(request, found, shaped(ActivityShape))
