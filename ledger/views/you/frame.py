"""The frame around a person's own pages: that of the company that was open last, if any."""

from django.http import HttpRequest

from ledger.access import companies_of


def own_context(request: HttpRequest, part: str) -> dict[str, object]:
    """What the pages' frame shows; who is no member of a company sees a single card."""
    companies = companies_of(request.user)
    company = companies.filter(pk=request.session.get("company", 0)).first() or companies.first()
    frame = "frame.html" if company else "alone.html"
    return {"company": company, "frame": frame, "place": "settings", "part": part}
