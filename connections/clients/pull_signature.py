"""The signature of a pull: HMAC-SHA256 over route and sorted query, in base64.

The same as `counterfoil_text_of_pull` in the plugin's signature.php; the two share test vectors.
"""

import base64
import hmac
from collections.abc import Mapping
from urllib.parse import quote

ROUTE = "/counterfoil/v1/orders"
HEADER = "X-Counterfoil-Signature"


def signature_of_pull(secret: str, query: Mapping[str, str]) -> str:
    """Sign a query, as it is sent, decoded."""
    text = f"{ROUTE}?{encoded(query)}"
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode()


def encoded(query: Mapping[str, str]) -> str:
    """A query in RFC 3986, sorted by name: http_build_query with PHP_QUERY_RFC3986 writes it so."""
    return "&".join(
        f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(query.items())
    )
