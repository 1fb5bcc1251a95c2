"""What an environment of a municipality says about the network: what nobody can read stops nothing, this machine needs no proxy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import certifi
import httpx
import pytest

from flexroute import network

UNREADABLE = ("fe80::/10", "[::1]", "[fe80::]/10", "é.nl")
READABLE = ("localhost", "10.0.0.0/8", ".gemeente.nl", "::1", "host:8080", "*")
NO_PROXIES = ("socks4://proxy:1080", "ftp://proxy", "http://proxy:abc")
PROXIES_ = ("http://127.0.0.1:9", "socks5://127.0.0.1:9", "socks5h://proxy:1", "proxy:8080", "https://u:p@proxy:8")


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """Of its own, without proxies."""
    names = {name for proxy in (*network.PROXIES, "no_proxy", "ssl_cert_file") for name in (proxy, proxy.upper())}
    with patch.dict(os.environ):
        for name in names:
            os.environ.pop(name, None)
        yield


@pytest.mark.parametrize("entry", [*UNREADABLE, *READABLE])
def test_no_proxy_can_always_be_read(entry: str) -> None:
    """An entry that stops httpx is left out; the others stay, and this machine comes along."""
    os.environ["NO_PROXY"] = f"intern.nl, {entry}"
    os.environ["HTTP_PROXY"] = "http://proxy:8080"
    network.repair_environment()
    httpx.Client().close()
    kept = os.environ["no_proxy"].split(",")
    if entry == "*":
        assert kept == ["*"]
        return
    assert (entry in kept) is (entry in READABLE)
    assert {"intern.nl", *network.HERE} <= {*kept}


@pytest.mark.parametrize("value", [*NO_PROXIES, *PROXIES_, ""])
@pytest.mark.parametrize("name", ["ALL_PROXY", "http_proxy", "HTTPS_PROXY"])
def test_a_proxy_can_be_used_or_is_told(name: str, value: str) -> None:
    """What cannot be used is left out, and told without its value, which may hold a password."""
    os.environ[name] = value
    told = network.troubles(os.environ)
    network.repair_environment()
    httpx.Client().close()
    assert (name in os.environ) is (value not in NO_PROXIES)
    assert [name in one for one in told] == ([True] if value in NO_PROXIES else [])
    assert not any(value and value in one for one in told)


@pytest.mark.parametrize("content", [None, b"", b"geen certificaat"])
def test_certificates_that_cannot_be_used_are_told(tmp_path: Path, content: bytes | None) -> None:
    """Prefect reads them while it is imported, and would stop every command."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    os.environ["SSL_CERT_FILE"] = str(file)
    [told] = network.troubles(os.environ)
    assert told.startswith("SSL_CERT_FILE")
    network.repair_environment()
    assert "SSL_CERT_FILE" not in os.environ


def test_good_certificates_stay() -> None:
    os.environ["SSL_CERT_FILE"] = certifi.where()
    network.repair_environment()
    assert network.troubles(os.environ) == []
    assert os.environ["SSL_CERT_FILE"] == certifi.where()


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:4200/api", True),
        ("http://localhost:4200/api", True),
        ("http://[::1]:4200/api", True),
        ("http://127.8.0.1/api", True),
        ("https://prefect.gemeente.nl/api", False),
        ("http://10.0.0.1/api", False),
    ],
)
def test_this_machine(url: str, here: bool) -> None:
    assert network.is_here(url) is here
