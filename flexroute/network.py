"""What the environment says about the network (proxies, certificates), made usable: a setting that nobody can read stops no command.

`httpx`, with which Prefect and Microsoft Graph are asked, fails at an IPv6 entry of NO_PROXY and at a proxy of an unknown kind.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Mapping
from functools import cache
from ipaddress import AddressValueError, IPv6Address, ip_address
from urllib.parse import urlsplit

import httpx

HERE = ("localhost", "127.0.0.1", "::1")  # this machine itself: never through a proxy
PROXIES = ("all_proxy", "http_proxy", "https_proxy")


def is_here(url: str) -> bool:
    """Whether an address is of this machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_taken(port: int) -> bool:
    """Whether something listens on this port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def repair_environment() -> None:
    """Leave out of this process's environment what cannot be used, and never go through a proxy to this machine itself."""
    for name in [name for name in os.environ if name.lower() in PROXIES and not _is_proxy(os.environ[name])]:
        del os.environ[name]
    if not _has_certificates(os.environ.get("SSL_CERT_FILE")):
        del os.environ["SSL_CERT_FILE"]
    kept = [entry for name in ("no_proxy", "NO_PROXY") for entry in os.environ.get(name, "").split(",")]
    usable = dict.fromkeys(entry.strip() for entry in kept if _is_exception(entry.strip()))
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = (
        "*" if "*" in usable else ",".join({**usable, **dict.fromkeys(HERE)})
    )


def troubles(environment: Mapping[str, str]) -> list[str]:
    """What is set and cannot be used, as sentences for people; no value, for it may hold a password."""
    told = [
        f"{name} is geen proxy die Flexroute kan gebruiken. Het gaat zonder die proxy verder; gebruik http:// of socks5://."
        for name, value in environment.items()
        if name.lower() in PROXIES and not _is_proxy(value)
    ]
    if not _has_certificates(environment.get("SSL_CERT_FILE")):
        told.append(
            "SSL_CERT_FILE noemt geen leesbaar bestand met certificaten. Het gaat met de gewone certificaten verder; verbeter het pad."
        )
    return told


@cache
def _has_certificates(file: str | None) -> bool:
    """Whether this file of certificates can be used; none is fine. Prefect would not even be imported with another."""
    try:
        return not file or bool(ssl.create_default_context(cafile=file))
    except OSError:
        return False


def _is_proxy(value: str) -> bool:
    """Whether this names a proxy that can be used; an empty value names none, and harms nobody."""
    try:
        return not value or bool(httpx.Proxy(value if "://" in value else f"http://{value}").url.host)
    except (ValueError, httpx.InvalidURL):
        return False


def _is_exception(entry: str) -> bool:
    """Whether this entry of NO_PROXY can be read: a name, an IPv4 address or range, an IPv6 address, `*`."""
    try:
        httpx.URL(f"all://[{IPv6Address(entry)}]" if entry.count(":") > 1 else f"all://*{entry}")
    except (AddressValueError, httpx.InvalidURL):
        return False
    return bool(entry)
