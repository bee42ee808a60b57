"""T12: addresses that must never be called, each refused with a reason and nothing connected."""

import socket

import pytest

from connections.clients.destinations import AllowedHosts
from connections.clients.errors import RefusedError, UnreachableError, WrongAddressError
from connections.clients.guard import Guard
from connections.clients.transport import Ask
from tests.clients import a_transport, transport_to
from tests.fakes.store import FakeStore

LITERALS = (
    # this machine
    "http://127.0.0.1/", "http://127.0.0.1:8080/", "http://127.1.2.3/", "http://[::1]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/", "https://[::1]:8443/", "http://0.0.0.0/", "http://[::]/",
    "http://0.1.2.3/",
    # odd notations
    "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://017700000001/", "http://127.0.0.0x1/", "http://127.0.0.1./",
    "http://0x7F.0x0.0x0.0x1/", "http://00000177.0.0.1/", "http://127.0.0.01/", "http://256.1.1.1/",
    "http://1/", "http://4294967295/", "http://127.0.0.1.0/", "http://①②⑦.⓪.⓪.①/",
    "http://１２７.0.0.1/", "http://127。0。0。1/", "http://127.0.0.1%2f@example.com/",
    "http://%31%32%37.0.0.1/", "http://[::1%25lo]/", "http://[fe80::1%25eth0]/",
    # private, CGNAT, link-local, ULA
    "http://10.0.0.1/", "http://10.255.255.255/", "http://172.16.0.1/", "http://172.31.255.1/",
    "http://192.168.1.1/", "http://100.64.0.1/", "http://100.127.255.254/", "http://169.254.0.1/",
    "http://[fc00::1]/", "http://[fd12:3456::1]/", "http://[fe80::1]/", "http://[fec0::1]/",
    # metadata services
    "http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/", "http://[fd00:ec2::254]/", "http://100.100.100.200/",
    "http://168.63.129.16/", "http://192.0.0.192/", "http://2852039166/", "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/", "http://169.254.43518/",
    # multicast, broadcast, reserved, documentation, benchmarks
    "http://224.0.0.1/", "http://239.255.255.250/", "http://255.255.255.255/", "http://240.0.0.1/",
    "http://192.0.2.1/", "http://198.51.100.7/", "http://203.0.113.9/", "http://198.18.0.1/",
    "http://192.88.99.1/", "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[3fff::1]/",
    "http://[100::1]/", "http://[5f00::1]/", "http://[::2]/",
    # addresses inside addresses
    "http://[64:ff9b::127.0.0.1]/", "http://[64:ff9b::a00:1]/", "http://[64:ff9b:1::a00:1]/",
    "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::1]/", "http://[2001:0:7f00:1::1]/",
    "http://[::ffff:10.0.0.1]/", "http://[::ffff:0:127.0.0.1]/",
    # ports
    "http://93.184.216.34:22/", "http://93.184.216.34:25/", "https://93.184.216.34:3306/",
    "http://93.184.216.34:6379/", "http://93.184.216.34:8000/", "http://93.184.216.34:0/",
    "http://93.184.216.34:99999/", "http://93.184.216.34:-80/", "http://93.184.216.34:8o/",
    # users, schemes, characters
    "http://user@93.184.216.34/", "http://user:pass@93.184.216.34/", "http://93.184.216.34@127.0.0.1/",
    "http://127.0.0.1\\@93.184.216.34/", "http://93.184.216.34\\@127.0.0.1/", "http:/\\127.0.0.1/",
    "ftp://93.184.216.34/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "//127.0.0.1/",
    "javascript:alert(1)", "dict://127.0.0.1:11211/", "127.0.0.1", "", "http://", "http:///etc",
    "http://127.0.0.1\r\nHost: x/", "http://127.0.0.1\t/", " http://127.0.0.1/", "http://a b/",
    "http://-shop.example/", "http://shop..example/", "http://.example/",
    f"http://{'a' * 64}.example/",
    f"http://{'a.' * 130}example/", "http://shop.example:80:80/", "http://[::1/", "http://]/",
    "http://[v1.x]/", "http://xn--/",
)  # fmt: skip

NAMES = {
    "loopback.test": ["127.0.0.1"],
    "localhost": ["127.0.0.1", "::1"],
    "ip6-localhost": ["::1"],
    "mixed.test": ["93.184.216.34", "127.0.0.1"],
    "mixed6.test": ["2606:2800:220:1::1", "fd00::1"],
    "metadata.google.internal": ["169.254.169.254"],
    "lan.test": ["192.168.0.10"],
    "xn--bcher-kva.test": ["10.1.2.3"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "scoped.test": ["fe80::1%eth0"],
}


class Sentry:
    """Counts the sockets that are made: none should be."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, *_: object) -> socket.socket:
        self.made += 1
        raise OSError("no connection is made in this test")


@pytest.fixture
def sentry(monkeypatch: pytest.MonkeyPatch) -> Sentry:
    """Stand where sockets are made."""
    stands = Sentry()
    monkeypatch.setattr(socket, "socket", stands)
    return stands


@pytest.mark.parametrize("url", LITERALS)
def test_an_address_that_is_no_stores_is_refused_with_a_reason(url: str, sentry: Sentry) -> None:
    with a_transport() as transport, pytest.raises(RefusedError) as refused:
        transport.send(Ask(url))
    assert refused.value.detail
    assert sentry.made == 0


@pytest.mark.parametrize("host", NAMES)
def test_a_name_that_leads_to_such_an_address_is_refused(host: str, sentry: Sentry) -> None:
    with (
        a_transport(resolver=lambda name, _port: NAMES[name]) as transport,
        pytest.raises(RefusedError) as refused,
    ):
        transport.send(Ask(f"https://{host}/"))
    assert host in str(refused.value)
    assert sentry.made == 0


def test_a_name_in_another_script_is_resolved_in_ascii(sentry: Sentry) -> None:
    asked = []

    def resolver(name: str, _port: int) -> list[str]:
        asked.append(name)
        return ["10.1.2.3"]

    with a_transport(resolver=resolver) as transport, pytest.raises(RefusedError):
        transport.send(Ask("https://bücher.test/"))
    assert asked == ["xn--bcher-kva.test"]
    assert sentry.made == 0


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
)
def test_a_public_address_is_connected_to_as_it_was_checked(address: str, sentry: Sentry) -> None:
    with a_transport(resolver=lambda *_: [address]) as transport, pytest.raises(UnreachableError):
        transport.send(Ask("https://shop.example/"))
    assert sentry.made == 1


def test_a_name_is_resolved_once_so_that_a_second_answer_is_never_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: allowed at the first answer, this machine at the second."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    connected = []

    def refuse(_: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    transport = a_transport(resolver=lambda *_: next(answers))
    with transport, pytest.raises(UnreachableError):
        transport.send(Ask("http://rebinding.test/"))
    assert connected == ["93.184.216.34"]
    assert next(answers) == ["127.0.0.1"]


def test_a_name_that_turns_private_between_two_requests_is_refused_the_second_time(
    store: FakeStore,
) -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    transport = transport_to(store, resolver=lambda *_: next(answers))
    url = f"http://shop.test:{store.port}/"
    with transport:
        assert transport.send(Ask(url)).status == 200
        transport.close()
        with pytest.raises(RefusedError, match="metadata"):
            transport.send(Ask(url))


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/",
        "http://127.0.0.1:22/",
        "http://0x7f.1/",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://user@shop.example/",
        "//10.0.0.1/",
    ],
)
def test_a_redirect_to_such_an_address_is_refused(store: FakeStore, target: str) -> None:
    store.house.redirects_to = target
    with transport_to(store) as transport, pytest.raises(RefusedError):
        transport.send(Ask(f"{store.url}/wp-json/"))
    assert len(store.requests) == 1


def test_a_redirect_by_name_is_checked_when_it_is_resolved(store: FakeStore) -> None:
    store.house.redirects_to = "http://inside.example"
    transport = transport_to(store, resolver=lambda *_: ["192.168.7.7"])
    with transport, pytest.raises(RefusedError, match=r"inside\.example is at 192\.168\.7\.7"):
        transport.send(Ask(f"{store.url}/wp-json/"))


def test_redirects_end_after_three_hops(store: FakeStore) -> None:
    store.house.redirects_to = store.url
    with transport_to(store) as transport, pytest.raises(WrongAddressError):
        transport.send(Ask(f"{store.url}/wp-json/"))
    assert len(store.requests) == 4


class TestAllowedHosts:
    def test_a_named_host_may_be_private_at_its_port_alone(self) -> None:
        guard = Guard(AllowedHosts.read(["127.0.0.1:9000", "shop.lan"]), lambda *_: ["10.0.0.5"])
        assert guard.checked("127.0.0.1", 9000) == ["127.0.0.1"]
        assert guard.checked("shop.lan", 8443) == ["10.0.0.5"]
        for host, port in (("127.0.0.1", 80), ("127.0.0.2", 9000), ("shop.lan", 9000)):
            with pytest.raises(RefusedError):
                guard.checked(host, port)

    def test_another_name_for_the_same_address_is_not_allowed_with_it(self) -> None:
        guard = Guard(AllowedHosts.read(["127.0.0.1:80"]), lambda *_: ["127.0.0.1"])
        with pytest.raises(RefusedError):
            guard.checked("evil.test", 80)

    @pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "224.0.0.1", "0.1.2.3"])
    def test_a_named_host_at_a_metadata_address_stays_refused(self, address: str) -> None:
        guard = Guard(AllowedHosts.read(["shop.lan"]), lambda *_: [address])
        with pytest.raises(RefusedError):
            guard.checked("shop.lan", 443)

    @pytest.mark.parametrize("entry", ["[::1]:8443", "[::1]", "::1", "SHOP.lan:81 ", "10.0.0.1"])
    def test_entries_are_hosts_with_or_without_a_port(self, entry: str) -> None:
        ((host, port),) = AllowedHosts.read([entry]).names
        assert host in ("::1", "shop.lan", "10.0.0.1")
        assert port in (None, 81, 8443)

    @pytest.mark.parametrize("entry", [":80", "http://shop.lan", "shop.lan:x"])
    def test_anything_else_is_an_error_at_the_start(self, entry: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            AllowedHosts.read([entry])
