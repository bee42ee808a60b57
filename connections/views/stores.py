"""Connecting a store, its signing secret, and parting from it."""

from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from connections import lifecycle
from connections.forms import ConnectForm, DeleteForm
from connections.models import Status, StoreConnection
from ledger.access import View, require
from ledger.models import Company, Role


def connection_of(company: Company, connection_id: UUID) -> StoreConnection:
    """A store of the company.

    :raises Http404: when it is another company's, or deleted.
    """
    stores = StoreConnection.objects.exclude(status=Status.DELETED)
    return get_object_or_404(stores, company=company, pk=connection_id)


@require_http_methods(["GET", "POST"])
@require(Role.ACCOUNTANT)
def connect(request: HttpRequest, company: Company) -> HttpResponse:
    """The *Connect store* form: a dialog of the list, or a page of its own."""
    form = ConnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        connection = lifecycle.connect(company, **form.cleaned_data)
        request.session["reveal"] = str(connection.pk)
        messages.success(request, f"{connection.name} is connected. Now tell WooCommerce about it.")
        return redirect("store", company.pk, connection.pk)
    context = {"company": company, "place": "stores", "form": form}
    return render(request, "connections/connect.html", context)


def tells_what_is_not_possible(view: View) -> View:
    """Two people may press two buttons: who comes second reads why nothing happened."""

    @wraps(view)
    def told(request: HttpRequest, company_id: int, connection_id: UUID) -> HttpResponseBase:
        try:
            return view(request, company_id=company_id, connection_id=connection_id)
        except lifecycle.NotPossibleError as error:
            messages.error(request, str(error))
            return redirect("stores", company_id)

    return told


@require_POST
@tells_what_is_not_possible
@require(Role.ACCOUNTANT)
def new_secret(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Replace the signing secret and show the new one, once."""
    connection = connection_of(company, connection_id)
    lifecycle.new_secret(connection, now=timezone.now())
    request.session["reveal"] = str(connection.pk)
    messages.success(request, "A new secret is in force; the old one is good for 7 more days.")
    return redirect("store", company.pk, connection.pk)


@require_POST
@tells_what_is_not_possible
@require(Role.ACCOUNTANT)
def unpair(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Refuse deliveries for now; the credentials stay."""
    connection = connection_of(company, connection_id)
    lifecycle.unpair(connection)
    messages.success(request, f"{connection.name} is unpaired. Its deliveries are refused (401).")
    return redirect("store", company.pk, connection.pk)


@require_POST
@tells_what_is_not_possible
@require(Role.ACCOUNTANT)
def resume(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Accept deliveries again, with the same credentials."""
    connection = connection_of(company, connection_id)
    lifecycle.resume(connection)
    messages.success(request, f"{connection.name} is paired again.")
    return redirect("store", company.pk, connection.pk)


@require_POST
@tells_what_is_not_possible
@require(Role.OWNER)
def delete(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Delete the connection, once its name was typed. What is booked stays booked."""
    connection = connection_of(company, connection_id)
    form = DeleteForm(request.POST, connection=connection)
    if not form.is_valid():
        messages.error(request, "The name did not match: nothing was deleted.")
        return redirect("store_options", company.pk, connection.pk)
    lifecycle.delete(connection)
    messages.success(request, f"{connection.name} is deleted. Its vouchers stay in the books.")
    return redirect("stores", company.pk)
