"""Settings of signing in to the portal: with which providers (OpenID Connect), how long a session lasts, codes by mail.

What is unsafe is refused at start, by name.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from flexroute.mail import SafeUrl

SHORTEST_SECRET = 32  # signs
Minutes = Annotated[int, Field(ge=1, le=24 * 60)]


class Provider(BaseModel):
    """An OpenID Connect provider that says who somebody is, and which of its answers are strong enough.

    `acr` and `amr`: the values that will do; where both are set both must be answered. An answer by one factor is refused.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, Field(min_length=1, max_length=60)]  # on the button: "Inloggen met …"
    issuer: SafeUrl
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr
    for_whom: Literal[
        "region", "organisations", "everybody"
    ]  # people with a role in the region, contacts of organisations
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    claim: str = "email"  # the one that holds the address by which the region knows somebody
    vouches: bool = False  # it hands out these addresses itself, so it need not say `email_verified`
    subjects: dict[str, str] = {}  # by `sub`: the id of a person or contact whom it knows by no address
    scope: str = "openid email profile"

    @model_validator(mode="after")
    def _strong(self) -> Self:
        if not self.acr and not self.amr:
            raise ValueError("vul acr of amr in: welke antwoorden sterk genoeg zijn (bijvoorbeeld amr [mfa])")
        if not self.client_secret.get_secret_value():
            raise ValueError("client_secret ontbreekt")
        if "openid" not in self.scope.split():
            raise ValueError("in scope ontbreekt openid")
        return self


class SignInSettings(BaseSettings):
    """How people come in."""

    oidc: dict[str, Provider] = {}  # as JSON; or FLEXROUTE_OIDC__NAME__CLIENT_SECRET for one value of one provider
    practice_sign_in: bool | None = None  # a page to choose who one is; default: in practice, and never in production
    # signs what the portal hands out: links in letters, codes. Default: in practice a file in `home`
    portal_secret: SecretStr = SecretStr("")
    session_idle_minutes: Minutes = 30
    session_hours: Annotated[int, Field(ge=1, le=24)] = 12
    code_minutes: Minutes = 15
    code_tries: Annotated[int, Field(ge=1, le=10)] = 5
    code_may_see_youth: bool = False  # who came in by a code: also who the youth is, and what others typed

    @field_validator("oidc")
    @classmethod
    def _named(cls, providers: dict[str, Provider]) -> dict[str, Provider]:
        if wrong := [name for name in providers if not re.fullmatch(r"[a-z0-9-]{1,30}", name)]:
            raise ValueError(f"een aanbieder heet met kleine letters, cijfers en streepjes, niet {wrong[0][:30]!r}")
        return providers

    def _safe_to_sign_in(self, with_portal: bool) -> None:
        """Raises ValueError for what may not be in production. `with_portal`: letters have links to it."""
        if self.practice_sign_in:
            raise ValueError("FLEXROUTE_PRACTICE_SIGN_IN mag in productie niet: iedereen zou iedereen kunnen zijn")
        secret = self.portal_secret.get_secret_value()
        if (self.oidc or secret or with_portal) and len(secret) < SHORTEST_SECRET:
            raise ValueError(
                f"FLEXROUTE_PORTAL_SECRET moet in productie ten minste {SHORTEST_SECRET} willekeurige tekens hebben"
            )
        if unsafe := next((name for name, one in self.oidc.items() if one.issuer.scheme != "https"), None):
            raise ValueError(f"FLEXROUTE_OIDC: issuer van {unsafe} moet in productie met https beginnen")
