"""What the demo store sells, and to whom. All people are made up."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.core.gst import Taxability
from ledger.core.gstin import check_digit


@dataclass(frozen=True, slots=True)
class Product:
    """Something on the store's shelf. `price` is in rupees without tax, `rate` in per cent.

    What is not `is_in_catalogue` has no item in the books: its sales show as unmapped.
    """

    product_id: int
    sku: str
    name: str
    hsn: str
    rate: Decimal
    price: Decimal
    is_in_catalogue: bool = True

    @property
    def taxability(self) -> Taxability:
        """Printed books and salt bear no tax; all else does."""
        return Taxability.TAXABLE if self.rate else Taxability.NIL_RATED


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer. `state` is WooCommerce's code; `gstin` and `company` only of a business."""

    first_name: str
    last_name: str
    city: str
    state: str
    postcode: str
    country: str = "IN"
    gstin: str = ""
    company: str = ""


def _product(
    product_id: int, sku: str, name: str, hsn: str, price: str, rate: str = "18"
) -> Product:
    return Product(product_id, sku, name, hsn, Decimal(rate), Decimal(price), bool(hsn))


PRODUCTS = (
    _product(21, "KET-15", "Electric kettle 1.5 l", "8516", "1249.00"),
    _product(22, "MIX-750", "Mixer grinder 750 W", "8509", "3389.83"),
    _product(23, "CKR-5", "Pressure cooker 5 l", "7323", "1860.00", "5"),
    _product(24, "KDH-3", "Cast-iron kadhai 26 cm", "7323", "1399.05", "5"),
    _product(25, "THL-6", "Steel thali, set of 6", "7323", "1142.86", "5"),
    _product(26, "JAR-4", "Glass jars, set of 4", "7010", "507.63"),
    _product(27, "BOT-CU", "Copper bottle 1 l", "7418", "761.90", "5"),
    _product(28, "LMP-BR", "Brass table lamp", "9405", "2287.29"),
    _product(29, "BOOK-MLB", "Book: The Malabar Kitchen", "4901", "595.00", "0"),
    _product(30, "SODA-12", "Ginger soda, 12 bottles", "2202", "428.57", "40"),
    _product(31, "SPICE-BOX", "Spice box, teak", "", "1016.10"),
    _product(32, "APRON-IND", "Indigo apron", "", "475.25", "5"),
)
BY_SKU = {product.sku: product for product in PRODUCTS}


def made_up_gstin(state: str, pan: str) -> str:
    """A GSTIN with a right check digit that nobody can have: no PAN has the number 0000."""
    first_fourteen = f"{state}{pan}1Z"
    return first_fourteen + check_digit(first_fourteen)


OWN_GSTIN = made_up_gstin("27", "AAAFM0000M")

LOCAL_BUYERS = (
    Buyer("Asha", "Kulkarni", "Pune", "MH", "411001"),
    Buyer("Rohan", "Desai", "Mumbai", "MH", "400006"),
    Buyer("Sunita", "Patil", "Nashik", "MH", "422001"),
    Buyer("Farhan", "Shaikh", "Nagpur", "MH", "440001"),
)
FAR_BUYERS = (
    Buyer("Meera", "Nair", "Kochi", "KL", "682001"),
    Buyer("Vikram", "Reddy", "Hyderabad", "TS", "500001"),
    Buyer("Lakshmi", "Iyer", "Chennai", "TN", "600001"),
    Buyer("Harpreet", "Gill", "Chandigarh", "CH", "160017"),
    Buyer("Ananya", "Bose", "Kolkata", "WB", "700001"),
    Buyer("Imran", "Khan", "New Delhi", "DL", "110001"),
)
BUSINESS = Buyer(
    "Kavya", "Rao", "Bengaluru", "KA", "560001",
    gstin=made_up_gstin("29", "AAACN0000N"), company="Nandi Homestays LLP",
)  # fmt: skip
ABROAD = Buyer("Daniel", "Tan", "Singapore", "", "018956", country="SG")
IN_DOLLARS = Buyer("Emily", "Carter", "Portland", "OR", "97201", country="US")
