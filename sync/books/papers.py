"""Vouchers as papers, with what their stores know of the buyers; a fixed number of queries."""

from collections.abc import Sequence

from ledger.core.documents import SUPPLIES
from ledger.models import Company, Voucher, VoucherLine
from ledger.papers.contents import Paper, Parties, background_of, paper_of
from ledger.papers.supplier import versions_of
from ledger.queries import VoucherParts, with_parts
from sync.books.recipients import Buyer, buyers_of


def has_paper(voucher: Voucher) -> bool:
    """Whether it is a document for a buyer: receipts, payments and journals are not."""
    return voucher.type in SUPPLIES


def paper_for(company: Company, parts: VoucherParts) -> Paper:
    """The paper of one voucher whose parts are known; three queries."""
    return _papers(company, [parts])[0]


def papers_for(company: Company, ids: Sequence[int]) -> list[Paper]:
    """The papers of a company's vouchers, in the order of ids given; unknown ids are left out."""
    found = Voucher.objects.filter(company=company, pk__in=ids, type__in=SUPPLIES)
    by_id = {each.pk: each for each in found.select_related("party", "against")}
    return _papers(company, with_parts([by_id[each] for each in ids if each in by_id]))


def _papers(company: Company, all_parts: Sequence[VoucherParts]) -> list[Paper]:
    versions = versions_of(company)
    buyers = buyers_of([parts.voucher for parts in all_parts])
    background = background_of(company, all_parts)
    papers = []
    for parts in all_parts:
        voucher = parts.voucher
        buyer = buyers.get(voucher.pk, Buyer())
        supplier = versions.at(voucher.posted_at, voucher.financial_year)
        parties = Parties(supplier, buyer.recipient, buyer.store_name)
        names = {line.pk: _as_sold(line) for line in parts.lines}
        papers.append(paper_of(company, parts, parties, background, descriptions=names))
    return papers


def _as_sold(line: VoucherLine) -> str:
    """The store's own words: that its SKU was mapped to no item is no matter of the buyer's."""
    return line.description.removeprefix(f"Unmapped SKU {line.sku} · ")
