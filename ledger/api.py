"""REST API of the ledger: reports. Vouchers stand in `sync.rest.api`, which knows their orders."""

from datetime import date
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.api_auth import (
    TokenAuthentication,
    TokenScope,
    companies_of_request,
    company_of_request,
)
from ledger.models import Company
from ledger.periods import Period
from ledger.reports.trial_balance import trial_balance

_LONGEST_AMOUNT = 20


class TrialBalanceQuery(serializers.Serializer[dict[str, Any]]):
    """What to ask for. Without a company: the only one that the token opens."""

    company = serializers.IntegerField(required=False)
    to = serializers.DateField(required=False, help_text="Last day; without it, up to now.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which is a keyword in Python."""
        first = serializers.DateField(required=False, help_text="First day; without it, all.")
        return {**super().get_fields(), "from": first}


class AccountBalanceSerializer(serializers.Serializer[Any]):
    """An account's balance: on the debit or on the credit side, the other is zero."""

    code = serializers.CharField()
    name = serializers.CharField()
    debit = serializers.DecimalField(_LONGEST_AMOUNT, 2)
    credit = serializers.DecimalField(_LONGEST_AMOUNT, 2)


class TrialBalanceSerializer(serializers.Serializer[Any]):
    """All balances and the sums of both sides, which are equal."""

    accounts = AccountBalanceSerializer(many=True)
    debit = serializers.DecimalField(_LONGEST_AMOUNT, 2)
    credit = serializers.DecimalField(_LONGEST_AMOUNT, 2)


class TrialBalanceView(APIView):
    """The trial balance of a company."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (TokenScope,)

    @extend_schema(
        operation_id="trial_balance",
        parameters=[TrialBalanceQuery],
        responses=TrialBalanceSerializer,
    )
    def get(self, request: Request) -> Response:
        """What every account comes to over the vouchers of a period."""
        query = TrialBalanceQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        period = Period(asked.get("from", date.min), asked.get("to", date.max))
        balance = trial_balance(_company(request, asked.get("company")), period)
        return Response(TrialBalanceSerializer(balance).data)


def _company(request: Request, company_id: int | None) -> Company:
    if company_id is not None:
        return company_of_request(request, company_id)
    companies = companies_of_request(request)[:2]
    if not companies:
        raise Http404("The token opens no company.")
    if len(companies) > 1:
        raise serializers.ValidationError({"company": "The token opens several: name one."})
    return companies[0]
