"""Where each URL leads. The door for stores stands in front of all this: see `config.wsgi`."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularJSONAPIView

from config import health
from ledger.access import open_to_all
from ledger.views.log_in import log_in_staff

schema = open_to_all(
    SpectacularJSONAPIView.as_view(authentication_classes=[], permission_classes=[])
)
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    # Before the admin's own log-in, which knows no second factor.
    path("admin/login/", log_in_staff, name="admin_login"),
    path("admin/", admin.site.urls),
    path("api/v1/schema", schema, name="schema"),
    path("api/v1/", include("sync.rest.api_urls")),
    path("", include("ledger.urls")),
    path("", include("connections.urls")),
    path("", include("sync.urls")),
]
