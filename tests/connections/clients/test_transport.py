"""One exchange: bounded in time and size, checked by certificate, silent about secrets."""

import gzip
import logging
import ssl
import time
import zlib
from pathlib import Path
from socket import socket
from threading import Event

import pytest

from connections.clients.errors import (
    StoreError,
    TlsBrokenError,
    TooLargeError,
    TooSlowError,
    TruncatedError,
    UnexpectedError,
    UnreachableError,
    WrongAddressError,
)
from connections.clients.transport import Ask, Limits
from tests.clients import a_transport, transport_to
from tests.fakes.raw_server import RawServer, Script, drips, sends
from tests.fakes.store import FakeStore, Fault
from tests.fakes.store.certificates import make_certificate

OK = b"HTTP/1.1 200 OK\r\n"
QUICK = Limits(connect=1, read=0.2, total=0.5, size=100_000)
PATIENT = Limits(connect=10, read=10, total=20, size=100_000)
SECRET = "cs_never_to_be_seen"


def answer_of(script: Script, limits: Limits = PATIENT) -> bytes:
    """The body that a script's answer gives."""
    with RawServer(script) as server, a_transport(server.host, limits=limits) as transport:
        return transport.send(Ask(server.url)).body


def with_length(body: bytes, *headers: bytes) -> bytes:
    """An answer whose head tells its length."""
    more = b"".join(header + b"\r\n" for header in headers)
    return OK + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


class TestTime:
    @pytest.mark.parametrize(
        "script",
        [
            drips(b"", b"", 60),
            drips(OK + b"Content-Length: 9\r\n\r\n", b"", 60),
            drips(b"", b"H", 0.05),
            drips(OK, b"X-Drop: 1\r\n", 0.05),
            drips(OK + b"Content-Length: 99999\r\n\r\n", b"x", 0.05),
            drips(OK + b"\r\n", b"x", 0.05),
            drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.05),
        ],
        ids=["silent", "silent body", "dripping", "dripping head", "body", "endless", "chunks"],
    )
    def test_who_is_slow_or_never_ends_is_cut_off(self, script: Script) -> None:
        begun = time.monotonic()
        with pytest.raises(TooSlowError):
            answer_of(script, QUICK)
        assert time.monotonic() - begun < 10

    def test_a_connection_that_nobody_takes_is_given_up(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waited = []

        def never(line: socket, _: object) -> None:
            waited.append(line.gettimeout())
            raise TimeoutError

        monkeypatch.setattr("socket.socket.connect", never)
        with a_transport() as transport, pytest.raises(UnreachableError, match="in time"):
            transport.send(Ask("https://93.184.216.34/"))
        assert waited == [10]

    def test_after_a_cut_the_next_exchange_is_served(self, store: FakeStore) -> None:
        store.faults.queue(Fault.HOLDS)
        with transport_to(store, limits=Limits(read=1)) as transport:
            with pytest.raises(TooSlowError):
                transport.send(Ask(f"{store.url}/"))
            store.let_go.set()
            assert transport.send(Ask(f"{store.url}/")).status == 200


class TestSize:
    @pytest.mark.parametrize(
        "script",
        [
            sends(with_length(b"x" * 100_001)),
            sends(OK + b"\r\n", b"x" * 100_001),
            sends(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"18000\r\n", b"x" * 0x18000, b"\r\n",
                  b"18000\r\n", b"x" * 0x18000, b"\r\n0\r\n\r\n"),
            sends(with_length(gzip.compress(b"x" * 50_000_000), b"Content-Encoding: gzip")),
        ],
        ids=["length", "no length", "chunked", "bomb"],
    )  # fmt: skip
    def test_an_answer_that_is_too_large_is_not_read_to_its_end(self, script: Script) -> None:
        with pytest.raises(TooLargeError):
            answer_of(script)

    def test_an_answer_just_as_large_as_allowed_is_read(self) -> None:
        assert len(answer_of(sends(with_length(b"x" * 100_000)))) == 100_000
        packed = gzip.compress(b"x" * 100_000)
        assert len(answer_of(sends(with_length(packed, b"Content-Encoding: gzip")))) == 100_000

    def test_a_bomb_is_never_unpacked_beyond_the_limit(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        largest = 0
        true = zlib.decompressobj

        class Watched:
            def __init__(self, wbits: int) -> None:
                self._true = true(wbits)

            def __getattr__(self, name: str) -> object:
                return getattr(self._true, name)

            def decompress(self, data: bytes, most: int = 0) -> bytes:
                nonlocal largest
                found = self._true.decompress(data, most)
                largest = max(largest, len(found))
                return found

        monkeypatch.setattr(zlib, "decompressobj", Watched)
        with pytest.raises(TooLargeError):
            answer_of(
                sends(with_length(gzip.compress(b"x" * 50_000_000), b"Content-Encoding: gzip"))
            )
        assert 0 < largest <= QUICK.size + 1


class TestBrokenAnswers:
    @pytest.mark.parametrize(
        ("script", "error"),
        [
            (sends(OK + b"Content-Length: 100\r\n\r\nhalf"), TruncatedError),
            (sends(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhal"), TruncatedError),
            (sends(with_length(gzip.compress(b"x" * 999)[:-9], b"Content-Encoding: gzip")),
             TruncatedError),
            (sends(with_length(b"no gzip", b"Content-Encoding: gzip")), UnexpectedError),
            (sends(with_length(b"x", b"Content-Encoding: br")), UnexpectedError),
            (sends(), UnreachableError),
            (sends(b"SSH-2.0-OpenSSH_9.2\r\n"), UnreachableError),
            (sends(b"\x15\x03\x01\x00\x02\x02\x16"), UnreachableError),
        ],
        ids=["length", "chunks", "packed", "no gzip", "unasked", "nothing", "ssh", "tls"],
    )  # fmt: skip
    def test_what_is_no_whole_answer_has_its_own_name(
        self, script: Script, error: type[StoreError]
    ) -> None:
        with pytest.raises(error) as raised:
            answer_of(script)
        assert raised.type is error

    def test_a_port_where_nobody_listens_is_unreachable(self, store: FakeStore) -> None:
        store.close()
        with transport_to(store) as transport, pytest.raises(UnreachableError):
            transport.send(Ask(f"{store.url}/"))


class TestConnectionsKeptAlive:
    def test_one_connection_serves_many_exchanges(self) -> None:
        def script(line: socket, _: Event) -> None:
            for _each in range(3):
                line.sendall(with_length(b"{}"))
                line.recv(4096)

        with RawServer(script) as server, a_transport(server.host) as transport:
            for _each in range(3):
                assert transport.send(Ask(server.url)).body == b"{}"
            assert server.connections == 1

    def test_one_that_the_store_has_closed_meanwhile_is_opened_again(self) -> None:
        script = sends(with_length(b"{}"))  # and then the connection ends
        with RawServer(script) as server, a_transport(server.host) as transport:
            for _each in range(5):
                assert transport.send(Ask(server.url)).body == b"{}"
            assert server.connections == 5
            assert len(transport._adapter.lines) == 1

    def test_one_that_is_closed_without_an_answer_from_the_start_is_not_tried_again(
        self, store: FakeStore
    ) -> None:
        store.faults.queue(Fault.CLOSES)
        with transport_to(store) as transport, pytest.raises(UnreachableError):
            transport.send(Ask(f"{store.url}/"))
        assert len(store.requests) == 1

    def test_a_change_is_never_sent_twice(self, store: FakeStore) -> None:
        with transport_to(store) as transport:
            transport.send(Ask(f"{store.url}/"))
            store.faults.queue(Fault.CLOSES)
            with pytest.raises(UnreachableError):
                transport.send(Ask(f"{store.url}/", "POST", b"{}"))
            assert [each.method for each in store.requests] == ["GET", "POST"]

    def test_a_transport_that_is_closed_hangs_up_at_once(self) -> None:
        hung_up = Event()

        def script(line: socket, _: Event) -> None:
            line.sendall(with_length(b"{}"))
            if line.recv(1) == b"":
                hung_up.set()

        with RawServer(script) as server:
            transport = a_transport(server.host)
            transport.send(Ask(server.url))
            assert len(transport._adapter.lines) == 1
            transport.close()
            assert hung_up.wait(10)
            assert len(transport._adapter.lines) == 0


class TestCertificates:
    def test_a_trusted_certificate_for_the_name_is_good(
        self, secure_store: FakeStore, certificate: Path
    ) -> None:
        with transport_to(secure_store, ca_bundle=str(certificate)) as transport:
            assert transport.send(Ask(f"{secure_store.url}/")).status == 200

    @pytest.mark.parametrize(
        ("name", "days", "trusts", "reason"),
        [
            ("127.0.0.1", 30, False, "signs itself"),
            ("127.0.0.1", -1, True, "expired"),
            ("other.test", 30, True, "another (name|address)"),
        ],
    )
    def test_a_bad_certificate_is_named_and_nothing_is_sent(
        self, tmp_path: Path, name: str, days: int, trusts: bool, reason: str
    ) -> None:
        bad = make_certificate(tmp_path, name, days=days)
        bundle = str(bad) if trusts else ""
        with (
            FakeStore(certificate=bad) as store,
            transport_to(store, ca_bundle=bundle) as transport,
        ):
            with pytest.raises(TlsBrokenError, match=reason):
                transport.send(Ask(f"{store.url}/"))
            assert store.requests == []

    def test_the_name_of_the_address_is_checked_though_its_address_is_connected(
        self, tmp_path: Path
    ) -> None:
        """TLS asks for the name (SNI) and checks it, at the address that was resolved for it."""
        good = make_certificate(tmp_path, "shop.test")
        asked = []
        with FakeStore(certificate=good, name="shop.test") as store:
            context = store._server._http.context
            assert context
            context.sni_callback = lambda _line, name, _context: asked.append(name)
            resolver = lambda *_: ["127.0.0.1"]  # noqa: E731
            with transport_to(store, ca_bundle=str(good), resolver=resolver) as transport:
                assert transport.send(Ask(f"{store.url}/")).status == 200
        assert asked == ["shop.test"]
        assert store.requests[0].headers["host"] == f"shop.test:{store.port}"

    def test_a_server_that_speaks_no_tls_has_a_name_too(self, store: FakeStore) -> None:
        with transport_to(store) as transport, pytest.raises(TlsBrokenError, match="no TLS"):
            transport.send(Ask(f"https://127.0.0.1:{store.port}/"))

    def test_one_that_hangs_up_during_the_handshake_is_unreachable(self) -> None:
        with RawServer(sends(), reads_head=False) as server, a_transport(server.host) as transport:
            ask = Ask(f"https://{server.host}/")
            with pytest.raises(UnreachableError):
                transport.send(ask)

    def test_a_handshake_that_drips_is_cut_off(self) -> None:
        """A record of 16 KiB that comes byte by byte, so that no time-out for a read strikes."""
        begins = b"\x16\x03\x03\x3f\xff\x02\x00\x3f\x00"
        with RawServer(drips(begins, b"\x00", 0.05), reads_head=False) as server:
            transport = a_transport(server.host, limits=QUICK)
            with transport, pytest.raises(TooSlowError):
                transport.send(Ask(f"https://{server.host}/"))

    def test_old_tls_is_refused(self, tmp_path: Path) -> None:
        good = make_certificate(tmp_path)
        with FakeStore(certificate=good) as store:
            context = store._server._http.context
            assert context
            with pytest.warns(DeprecationWarning, match="TLSv1_1"):
                context.maximum_version = ssl.TLSVersion.TLSv1_1
            with transport_to(store, ca_bundle=str(good)) as transport, pytest.raises(StoreError):
                transport.send(Ask(f"{store.url}/"))
            assert store.requests == []


def in_query(_method: str, url: str, /) -> tuple[str, dict[str, str]]:
    return f"{url}?consumer_secret={SECRET}", {"Authorization": f"Basic {SECRET}"}


class TestSecrets:
    def test_no_environment_changes_where_or_how_is_asked(
        self, store: FakeStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login ada password lovelace\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
        with transport_to(store) as transport:
            assert transport.send(Ask(f"{store.url}/")).status == 200
        assert "authorization" not in store.requests[0].headers

    def test_cookies_of_a_store_are_not_kept(self) -> None:
        script = sends(with_length(b"{}", b"Set-Cookie: tracked=1", b"Connection: close"))
        with RawServer(script) as server, a_transport(server.host) as transport:
            transport.send(Ask(server.url))
            transport.send(Ask(server.url))
            assert all(b"cookie" not in head.lower() for head in server.heads)

    @pytest.mark.parametrize(
        "script",
        [
            sends(),
            sends(OK + b"Content-Length: 9\r\n\r\nx"),
            sends(b"nonsense\r\n\r\n"),
            drips(b"", b"", 60),
            sends(b"HTTP/1.1 302 F\r\nLocation: http://[\r\n\r\n"),
            sends(b"HTTP/1.1 302 F\r\nLocation: https://other.test/?x=cs_never_to_be_seen\r\n\r\n"),
        ],
    )
    def test_no_error_log_or_repr_holds_a_key(
        self, script: Script, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        ask = Ask("", sign=in_query)
        with RawServer(script) as server, a_transport(server.host, limits=QUICK) as transport:
            ask = Ask(server.url, sign=in_query)
            with pytest.raises(StoreError) as raised:
                transport.send(ask)
        error: BaseException | None = raised.value
        while error is not None:
            assert SECRET not in f"{error!r} {error} {vars(error)}"
            error = error.__cause__ or error.__context__
        assert SECRET not in caplog.text + repr(ask)
        assert SECRET.encode() in server.heads[0]

    @pytest.mark.parametrize(
        "target", ["http://www.shop.test:{port}", "https://127.0.0.1:{port}", "http://127.0.0.1:80"]
    )
    def test_credentials_go_to_no_other_host_scheme_or_port(
        self, store: FakeStore, target: str
    ) -> None:
        target = target.format(port=store.port)
        store.house.redirects_to = target
        resolver = lambda *_: ["127.0.0.1"]  # noqa: E731
        transport = transport_to(store, resolver=resolver)
        with transport, pytest.raises(WrongAddressError) as raised:
            transport.send(Ask(f"{store.url}/wp-json/", sign=in_query))
        assert len(store.requests) == 1
        assert raised.value.seems == f"{target}/wp-json/"

    def test_a_redirect_at_the_same_place_is_signed_anew(self) -> None:
        moved = [
            b"HTTP/1.1 301 M\r\nLocation: /two\r\nContent-Length: 0\r\n\r\n",
            with_length(b"{}"),
        ]

        def script(line: socket, _: Event) -> None:
            line.sendall(moved.pop(0))

        with RawServer(script) as server, a_transport(server.host) as transport:
            answer = transport.send(Ask(server.url, sign=in_query))
        assert answer.url == f"http://{server.host}/two"
        assert answer.hops == (f"http://{server.host}/two",)
        assert server.heads[1].startswith(b"GET /two?consumer_secret=")
        assert server.heads[1].count(SECRET.encode()) == 2

    def test_a_change_is_not_led_on(self) -> None:
        script = sends(b"HTTP/1.1 307 M\r\nLocation: /two\r\nContent-Length: 0\r\n\r\n")
        with RawServer(script) as server, a_transport(server.host) as transport:
            with pytest.raises(WrongAddressError):
                transport.send(Ask(server.url, "POST", b"{}"))
            assert server.connections == 1


def test_every_request_says_who_asks(store: FakeStore) -> None:
    with transport_to(store) as transport:
        transport.send(Ask(f"{store.url}/"))
    headers = store.requests[0].headers
    assert headers["user-agent"] == "Counterfoil (test)"
    assert headers["accept"] == "application/json"
    assert headers["accept-encoding"] == "gzip"
