"""Signing in with OpenID Connect: at the region's own provider, or at a broker for organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import Request
from fastapi.responses import RedirectResponse
from httpx2 import HTTPError
from joserfc.errors import JoseError

from flexroute.settings import settings
from flexroute.sign_in import Provider
from rules.shared.identity import is_shared, known_as
from rules.shared.region import Region

SIGNED_BY = frozenset(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"))  # never "none"
TABS = 3  # so many attempts of one browser may be under way
SECONDS = 10.0  # for each answer of a provider


class NotProven(Exception):
    """The provider did not prove who somebody is. `code`: for the count of refused sign-ins; `told`: Dutch, with what to do."""

    def __init__(self, code: str, told: str) -> None:
        super().__init__(code)
        self.code, self.told = code, told


AWAY = NotProven(
    "provider_away",
    "De inlogdienst antwoordt nu niet. Probeer het over een paar minuten opnieuw, of kies een andere manier.",
)
BROKE_OFF = NotProven(
    "broke_off", "Het inloggen is afgebroken. Probeer het opnieuw. Begin en eindig in hetzelfde venster."
)
UNVERIFIED = NotProven(
    "unverified_address",
    "De inlogdienst zegt niet zeker welk e-mailadres van u is. Vraag uw beheerder om uw adres daar te laten bevestigen.",
)


async def go(request: Request, name: str, back: str) -> RedirectResponse:
    """To the provider; it sends the browser to `back`. Raises NotProven where it does not answer."""
    under_way = [key for key in request.session if key.startswith("_state_")]
    for key in under_way[: -TABS + 1 or None] if len(under_way) >= TABS else ():
        del request.session[key]
    provider = settings().oidc[name]
    asked = {"acr_values": " ".join(provider.acr)} if provider.acr else {}
    try:
        answer: RedirectResponse = await _client(name, provider).authorize_redirect(request, back, **asked)
    except (HTTPError, RuntimeError, ValueError, KeyError, OAuthError):
        raise AWAY from None
    return answer


async def claims(request: Request, name: str) -> dict[str, Any]:
    """What the provider says of who comes back, once it is proven: by whom it is said, to us, now, and by more than one factor.

    Raises NotProven.
    """
    provider = settings().oidc[name]
    client = _client(name, provider)
    try:
        metadata = await client.load_server_metadata()
        if str(metadata.get("issuer")).rstrip("/") != _issuer(provider):
            raise AWAY
        by = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        metadata["id_token_signing_alg_values_supported"] = [one for one in by if one in SIGNED_BY]
        token = await client.authorize_access_token(request)
        said = dict(token.get("userinfo") or {})
        if not said.get("sub"):
            raise BROKE_OFF
        weak = too_weak(provider, said)
        if weak:
            raise weak
        if provider.claim not in said:  # some tell it only when they are asked once more
            more = dict(await client.userinfo(token=token))
            said |= more if more.get("sub") == said["sub"] else {}
    except HTTPError:
        raise AWAY from None
    except (OAuthError, JoseError, RuntimeError, ValueError, KeyError, TypeError):
        raise BROKE_OFF from None
    return said


def too_weak(provider: Provider, said: Mapping[str, Any]) -> NotProven | None:
    """Why an answer is refused: it is not of a level, or by a way, that is strong enough (a setting)."""
    by = said.get("amr")
    ways: Iterable[Any] = by if isinstance(by, list) else ()
    if (not provider.acr or said.get("acr") in provider.acr) and (not provider.amr or set(provider.amr) & {*ways}):
        return None
    return NotProven(
        "one_factor",
        "U bent ingelogd zonder tweede controle, zoals een code op uw telefoon. Voor Flexroute is die nodig: het gaat over jeugdigen. "
        f"Zet die controle aan bij {provider.title}, of vraag uw beheerder daarom, en log dan opnieuw in.",
    )


def whom(provider: Provider, said: Mapping[str, Any], region: Region) -> tuple[str, ...]:
    """The ids of the people of the region, or contacts, whom a provider may bring in and who this is.

    Raises NotProven: the address is not known to be theirs, the region knows nobody by it, or several people share it.
    """
    if own := provider.subjects.get(str(said.get("sub"))):
        found: tuple[str, ...] = (own,)
    else:
        address = said.get(provider.claim)
        if not isinstance(address, str) or not address:
            raise UNVERIFIED
        if provider.claim == "email" and not provider.vouches and said.get("email_verified") is not True:
            raise UNVERIFIED
        if is_shared(region, address):
            raise NotProven(
                "shared_address",
                "Dit adres is van een organisatie of afdeling, niet van één persoon. Log in met uw eigen account.",
            )
        found = known_as(region, address)
    contacts = {contact.id for organisation in region.organisations for contact in organisation.contacts}
    theirs = {"region": set(region.person), "organisations": contacts, "everybody": contacts | set(region.person)}
    if not (mine := tuple(one for one in found if one in theirs[provider.for_whom])):
        raise NotProven(
            "unknown",
            "U bent ingelogd, maar Flexroute kent uw e-mailadres niet. Vraag Contractbeheer van de regio om u toe te voegen "
            "als contactpersoon van uw organisatie, of als medewerker van de regio.",
        )
    return mine


def _client(name: str, provider: Provider) -> Any:
    return _registered(
        name, _issuer(provider), provider.client_id, provider.client_secret.get_secret_value(), provider.scope
    )


@lru_cache(maxsize=16)
def _registered(name: str, issuer: str, client_id: str, secret: str, scope: str) -> Any:
    return OAuth().register(
        name,
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": scope, "code_challenge_method": "S256", "timeout": SECONDS},
    )


def _issuer(provider: Provider) -> str:
    return str(provider.issuer).rstrip("/")
