"""Pages and their parts: one address answers with the whole page, or with its living part."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks, and not for the history of a whole page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in headers


def page_or_part(
    request: HttpRequest, page: str, part: str, context: dict[str, Any]
) -> HttpResponse:
    """Render the page, or its part alone where htmx asks; both from the same context.

    A living part says in `seen` what it shows; where that is still so, the answer is 204 and the
    browser leaves everything as it is.
    """
    if wants_part(request) and "seen" in request.GET and request.GET["seen"] == context.get("seen"):
        response = HttpResponse(status=204)
    else:
        response = render(request, part if wants_part(request) else page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
