"""Companies and who may do what in them."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Scheme(models.TextChoices):
    """How a company stands to GST."""

    REGULAR = "regular", "Regular"
    COMPOSITION = "composition", "Composition"
    UNREGISTERED = "unregistered", "Unregistered"


class Company(models.Model):
    """One set of books. `state` is a GST state code and empty outside India."""

    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, default="IN")
    state = models.CharField(max_length=2, blank=True)
    gstin = models.CharField(max_length=15, blank=True)
    scheme = models.CharField(max_length=12, choices=Scheme.choices, default=Scheme.REGULAR)
    has_lut = models.BooleanField(
        "letter of undertaking", default=False, help_text="Exports go out without tax (RFD-11)."
    )
    currency = models.CharField(max_length=3, default="INR")
    timezone = models.CharField(max_length=64, default="Asia/Kolkata")
    year_start_month = models.PositiveSmallIntegerField(default=4)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "companies"
        constraints = (
            models.CheckConstraint(
                name="company_in_india_has_a_state",
                condition=~Q(country="IN") | Q(state__regex=r"^[0-9]{2}$"),
            ),
            models.CheckConstraint(
                name="company_gstin_is_of_its_state",
                condition=Q(gstin="") | Q(gstin__startswith=models.F("state")),
            ),
            models.CheckConstraint(
                name="company_year_starts_in_a_month",
                condition=Q(year_start_month__gte=1, year_start_month__lte=12),
            ),
            models.CheckConstraint(
                name="company_scheme_is_known", condition=Q(scheme__in=Scheme.values)
            ),
        )

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do; each role includes the ones after it."""

    OWNER = "owner", "Owner"
    ACCOUNTANT = "accountant", "Accountant"
    OPERATOR = "operator", "Operator"
    VIEWER = "viewer", "Viewer"


class Membership(models.Model):
    """A person's role in a company."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "user"), name="membership_once_per_company"),
            models.CheckConstraint(
                name="membership_role_is_known", condition=Q(role__in=Role.values)
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"


class BooksLock(models.Model):
    """The row that every posting locks: up to which day the books are closed.

    Posting holds it until commit, so that vouchers of a company become visible in the order of
    their ids and a period cannot be closed under a running posting.
    """

    company = models.OneToOneField(
        Company, on_delete=models.PROTECT, primary_key=True, related_name="books_lock"
    )
    locked_until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "period lock"

    def __str__(self) -> str:
        return f"locked until {self.locked_until}" if self.locked_until else "open"
