"""How programs log in to the REST API: `Authorization: Token <token>`."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from ledger import access, tokens
from ledger.models import ApiToken, Company, Role, User

if TYPE_CHECKING:  # the views module imports the defaults, and this class is one of them
    from rest_framework.views import APIView


class TokenAuthentication(BaseAuthentication):
    """Knows a person by an API token; `request.auth` is then the token's row."""

    keyword = b"token"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The user and the token, None without a token header.

        :raises AuthenticationFailed: when the token is malformed, unknown or expired.
        """
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword:
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("The header must read: Authorization: Token <token>.")
        token = tokens.find(parts[1].decode("latin-1"), timezone.now())
        if token is None:
            raise AuthenticationFailed("The token is unknown or has expired.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        """What the 401 answer asks for."""
        return "Token"


class TokenScope(BasePermission):
    """A token is needed, and one with the scope `write` for anything but reading."""

    message = "This token may only read."

    def has_permission(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002 - DRF's signature
        """Whether the token's scope covers the method."""
        if not isinstance(request.auth, ApiToken):
            return False
        return request.method in SAFE_METHODS or request.auth.scope == "write"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the header in the OpenAPI schema."""

    target_class = "ledger.api_auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002 - the base's signature
        """The security scheme in OpenAPI's words."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <token>`",
        }


def companies_of_request(request: Request) -> QuerySet[Company]:
    """The companies that the request's token opens: its own one, or all of its user."""
    companies = access.companies_of(request.user)
    if isinstance(request.auth, ApiToken) and request.auth.company_id is not None:
        return companies.filter(pk=request.auth.company_id)
    return companies


def company_of_request(
    request: Request, company_id: int, need: access.Need = Role.VIEWER
) -> Company:
    """The company, if the token opens it and its user may do there what is needed.

    :raises Http404: for strangers, and where the token is for another company.
    :raises PermissionDenied: when the user may not.
    """
    token = request.auth
    if isinstance(token, ApiToken) and token.company_id not in (None, company_id):
        raise Http404("There is no such company.")
    return access.company_for(request.user, company_id, need)
