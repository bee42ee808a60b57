"""What a browser sees: the links and forms of a page, and of all pages that links lead to."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

Fields = dict[str, list[str]]
NOT_OURS = ("/static/", "/admin/", "/api/", "/hooks/", "/logout/")
VARIANTS = 8
"""So many addresses of one name are followed: lists page, and every figure leads somewhere."""


@dataclass
class Form:
    """A form of a page: where it goes, and what it could send."""

    method: str
    action: str
    fields: Fields = field(default_factory=lambda: defaultdict(list))
    chosen: dict[str, str] = field(default_factory=dict)
    can_be_sent: bool = False

    @property
    def path(self) -> str:
        """The address without its query."""
        return urlsplit(self.action).path

    @property
    def name(self) -> str:
        """The name of the URL that it goes to."""
        return name_of(self.path)


@dataclass
class Seen:
    """A page as it came."""

    address: str
    status: int
    body: bytes = b""
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def leads_to(self) -> Iterator[str]:
        """Its links, and where its searches and filters go."""
        yield from self.links
        for form in self.forms:
            if form.method == "get":
                yield f"{form.path}?{urlencode(form.chosen)}"

    @property
    def name(self) -> str:
        """The name of its URL."""
        return name_of(urlsplit(self.address).path)


def name_of(path: str) -> str:
    """The name of a path's URL; empty where no URL is meant."""
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select = ""
        self.disabled = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        for name in ("href", "data-href", "hx-get", "data-choice"):
            if own.get(name) and tag != "link":
                self.links.append(urljoin(self.address, own[name]))
        for method in ("post", "put", "patch", "delete"):
            if f"hx-{method}" in own:
                address = urljoin(self.address, own[f"hx-{method}"])
                self.forms.append(Form(method, address, can_be_sent=True))
        reads = getattr(self, f"_{tag}", None)
        if reads and "disabled" not in own and not self.disabled:
            reads(own)
        if tag == "fieldset":
            self.disabled += 1 if self.disabled or "disabled" in own else 0

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        if tag == "select":
            self.select = ""
        if tag == "fieldset" and self.disabled:
            self.disabled -= 1

    def _form(self, own: dict[str, str]) -> None:
        action = urljoin(self.address, own.get("action", ""))
        self.open = Form(own.get("method", "get").lower(), action)
        self.forms.append(self.open)

    def _input(self, own: dict[str, str]) -> None:
        if self.open is None or not own.get("name"):
            return
        self.open.can_be_sent |= own.get("type") not in ("hidden", "checkbox", "radio")
        kind, value = own.get("type", "text"), own.get("value", "")
        if kind in ("checkbox", "radio"):
            self._offer(own["name"], value or "on", is_chosen="checked" in own)
        else:
            self._offer(own["name"], value, is_chosen=True)

    def _select(self, own: dict[str, str]) -> None:
        self.select = own.get("name", "")

    def _option(self, own: dict[str, str]) -> None:
        if self.open is not None and self.select:
            self._offer(self.select, own.get("value", ""), is_chosen="selected" in own)

    def _textarea(self, own: dict[str, str]) -> None:
        if self.open is not None:
            self._offer(own.get("name", ""), "", is_chosen=True)

    def _button(self, own: dict[str, str]) -> None:
        if self.open is None or own.get("type") == "button":
            return
        if own.get("formaction"):
            address = urljoin(self.address, own["formaction"])
            self.forms.append(Form(self.open.method, address, self.open.fields, can_be_sent=True))
            return
        self.open.can_be_sent = True
        if own.get("name"):
            self._offer(own["name"], own.get("value", ""), is_chosen=True)

    def _offer(self, name: str, value: str, *, is_chosen: bool) -> None:
        if self.open is None:
            return
        self.open.fields[name].append(value)
        if is_chosen or name not in self.open.chosen:
            self.open.chosen[name] = value


def look(client: Client, address: str) -> Seen:
    """Open a page."""
    answer = client.get(address)
    body = b"".join(answer) if answer.streaming else answer.content
    seen = Seen(address, answer.status_code, body)
    if answer.headers.get("Location"):
        seen.links.append(urljoin(address, answer.headers["Location"]))
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        reader = _Reader(address)
        reader.feed(body.decode())
        seen.links += reader.links
        seen.forms = reader.forms
    return seen


def crawl(client: Client, *starts: str) -> Iterator[Seen]:
    """All that links and searches lead to, from some addresses on; of each name some variants."""
    waiting, met = list(starts), set[str]()
    variants: defaultdict[str, int] = defaultdict(int)
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        name = name_of(path)
        is_known = address not in starts and variants[name] >= VARIANTS
        if address in met or is_known or path.startswith(NOT_OURS):
            continue
        met.add(address)
        variants[name] += 1
        seen = look(client, address)
        yield seen
        waiting += [_inside(link) for link in seen.leads_to() if not urlsplit(link).netloc]


def _inside(link: str) -> str:
    return urlsplit(link)._replace(fragment="").geturl()


def query_of(address: str) -> list[tuple[str, str]]:
    """What an address asks for."""
    return parse_qsl(urlsplit(address).query)
