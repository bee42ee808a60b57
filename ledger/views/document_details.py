"""What a company's documents say of it: address, numbers, small print."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ledger.access import permit
from ledger.core.documents import SUPPLIES
from ledger.details_form import DocumentDetailsForm
from ledger.models import Company, Permission, Voucher
from ledger.papers.supplier import correct_earlier


@require_http_methods(["GET", "POST"])
@permit(Permission.SETTINGS)
def document_details(request: HttpRequest, company: Company) -> HttpResponse:
    """Show and save the details; the last document shows what becomes of them."""
    form = DocumentDetailsForm(request.POST or None, instance=company)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            if form.cleaned_data["corrects"]:
                correct_earlier(company)
        messages.success(request, "Saved. It stands on documents from now on.")
        return redirect("document_details", company.pk)
    documents = Voucher.objects.filter(company=company, type__in=SUPPLIES).order_by("-id")
    context = {"company": company, "place": "settings", "form": form, "last": documents.first()}
    return render(request, "ledger/document_details.html", context)
