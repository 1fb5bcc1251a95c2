"""What a handler knows of a request: who is signed in, the region, this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request

from flexroute import clock
from flexroute.settings import settings
from models.region.directory import load_region
from models.store.database import current
from portal.access import Page, menu, roles_of
from portal.actor import Actor, actor_in
from rules.shared.refusal import Refused
from rules.shared.region import Region


class NotSignedIn(Exception):
    """Nobody is signed in: the page to sign in comes first."""


@dataclass(frozen=True)
class Asking:
    """Who asks for a page, and when."""

    actor: Actor
    region: Region
    now: datetime

    @property
    def today(self) -> date:
        """The day it is."""
        return clock.local_date(self.now)

    @property
    def roles(self) -> frozenset[str]:
        """The roles of who asks (portal/access.py)."""
        return roles_of(self.actor, self.region)

    @property
    def sees_all(self) -> bool:
        """Whether who asks may see who the youth is, and what others typed: not who came in by a code, unless the settings say so."""
        return self.actor.way != "code" or settings().code_may_see_youth

    @property
    def menu(self) -> list[Page]:
        """The pages that who asks may see."""
        return list(menu(self.actor, self.region))

    @property
    def whom(self) -> str:
        """For whom, in words."""
        return self.region.name_of(self.actor.by)

    def hold(self, page: Page) -> None:
        """Raises Refused (`not_found`) for a page that is not theirs: what it is stays unsaid."""
        if not page.roles & self.roles:
            raise Refused("not_found", "Deze pagina is er niet, of is niet voor u.")


def asking(request: Request) -> Asking:
    """Who is signed in. Raises NotSignedIn."""
    with current().reading() as session:
        region = load_region(session)
    actor = actor_in(request.scope.get("session") or {}, region)
    if actor is None:
        raise NotSignedIn
    request.state.asking = Asking(actor, region, clock.now())
    return request.state.asking  # type: ignore[no-any-return]


SignedIn = Annotated[Asking, Depends(asking)]


async def _items(request: Request) -> list[tuple[str, str]]:
    """What was sent with a form, in its order; files are for who asks for them."""
    return [(name, text) for name, text in (await request.form()).multi_items() if isinstance(text, str)]


Items = Annotated[list[tuple[str, str]], Depends(_items)]
