"""Companies and who may do what in them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Scheme(models.TextChoices):
    """How a company stands to GST."""

    REGULAR = "regular", "Regular"
    COMPOSITION = "composition", "Composition"
    UNREGISTERED = "unregistered", "Unregistered"


HSN_DIGITS = (
    (4, "Up to ₹5 crore: HSN of 4 digits, on invoices to businesses"),
    (6, "Above ₹5 crore: HSN of 6 digits, on all invoices"),
)
"""How many digits of the HSN an invoice shows at least (notification 78/2020 – Central Tax)."""


class Company(models.Model):
    """One set of books. `state` is a GST state code and empty outside India.

    The database refuses another country, state, currency, time zone or first month of the
    financial year once a voucher stands: what is posted was worked out by them.
    """

    name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=200, blank=True)
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
    address = models.TextField(max_length=300, blank=True)
    city = models.CharField(max_length=80, blank=True)
    pin_code = models.CharField("PIN code", max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField("e-mail", blank=True)
    pan = models.CharField("PAN", max_length=10, blank=True)
    lut_number = models.CharField("LUT number (ARN)", max_length=30, blank=True)
    lut_year = models.CharField("LUT for the financial year", max_length=5, blank=True)
    bank_details = models.TextField(max_length=500, blank=True)
    document_terms = models.TextField("terms on documents", max_length=1000, blank=True)
    signatory = models.CharField("authorised signatory", max_length=80, blank=True)
    hsn_digits = models.PositiveSmallIntegerField(
        "turnover of the preceding year", choices=HSN_DIGITS, default=4
    )
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
            models.CheckConstraint(
                name="company_unregistered_has_no_gstin",
                condition=~Q(scheme="unregistered") | Q(gstin=""),
            ),
            models.CheckConstraint(
                name="company_pan_has_its_shape",
                condition=Q(pan="") | Q(pan__regex=r"^[A-Z]{5}[0-9]{4}[A-Z]$"),
            ),
            models.CheckConstraint(
                name="company_pin_code_in_india_has_six_digits",
                condition=~Q(country="IN") | Q(pin_code="") | Q(pin_code__regex=r"^[1-9][0-9]{5}$"),
            ),
            models.CheckConstraint(
                name="company_hsn_digits_are_known", condition=Q(hsn_digits__in=(4, 6))
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


class Permission(models.TextChoices):
    """What a member may do in a company; `ledger.access` has what each role may."""

    IMPORT_ORDERS = "import_orders", "Import orders"
    IMPORT_CUSTOMERS = "import_customers", "Import customers"
    IMPORT_ITEMS = "import_items", "Import items"
    PUSH_ITEMS = "push_items", "Push items"
    POST = "post", "Post"
    LOCK = "lock", "Lock periods"
    SETTINGS = "settings", "Change settings"


def _switches(name: str) -> "ArrayField[list[str], list[str]]":
    codes = models.CharField(max_length=16, choices=Permission.choices)
    return ArrayField(codes, default=list, blank=True, verbose_name=name)


class Membership(models.Model):
    """A person's role in a company, and where the person's permissions differ from the role's.

    An owner has all permissions and a viewer none, whatever anybody switches.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    granted = _switches("permissions beyond the role's")
    withheld = _switches("permissions of the role withheld")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "user"), name="membership_once_per_company"),
            models.CheckConstraint(
                name="membership_role_is_known", condition=Q(role__in=Role.values)
            ),
            models.CheckConstraint(
                name="membership_permissions_are_known",
                condition=Q(granted__contained_by=Permission.values)
                & Q(withheld__contained_by=Permission.values),
            ),
            models.CheckConstraint(
                name="membership_owner_lacks_nothing", condition=~Q(role="owner") | Q(withheld=[])
            ),
            models.CheckConstraint(
                name="membership_viewer_may_do_nothing",
                condition=~Q(role="viewer") | Q(granted=[]),
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
