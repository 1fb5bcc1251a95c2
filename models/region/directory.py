"""The region in the database: settings, tables, organisations, people, mailboxes. A region file is how it comes in and goes out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Pool
from sqlmodel import Field, Session, SQLModel, col, select

from flexroute.errors import UserError
from models.store.database import upsert
from rules.shared import region as rules_region
from rules.shared.person import Signer
from rules.shared.region import Contact, Deputy, Region
from rules.shared.settings import STORED, Frozen


class RegionRecord(SQLModel, table=True):
    """One row: what holds for the whole region. `version` rises at every change."""

    __tablename__ = "region"

    id: int = Field(default=1, primary_key=True)
    version: int = 1
    region: str
    name: str
    timezone: str
    holidays: dict[str, Any] = Field(sa_type=JSON)
    settings: dict[str, Any] = Field(sa_type=JSON)
    processes: dict[str, Any] = Field(sa_type=JSON)
    care_forms: dict[str, str] = Field(sa_type=JSON)
    opdrachten: dict[str, str] = Field(sa_type=JSON)
    treeknorm: list[dict[str, Any]] = Field(sa_type=JSON)
    mailboxes: dict[str, Any] = Field(sa_type=JSON)


class TableRecord(SQLModel, table=True):
    """A mediation table (F-53)."""

    __tablename__ = "mediation_table"

    id: str = Field(primary_key=True)
    position: int
    name: str
    opdrachten: list[str] = Field(sa_type=JSON)
    only_if: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    weekday: str
    start: str
    minutes: int
    every_weeks: int
    anchor: date
    valid_until: date | None = None
    flex: str
    flex_learning_from: date | None = None
    chair: str
    participants: list[str] = Field(sa_type=JSON)


class OrganisationRecord(SQLModel, table=True):
    """A provider, flex provider, subcontractor, referrer or municipal access, with its contracts."""

    __tablename__ = "organisation"

    id: str = Field(primary_key=True)
    position: int
    name: str
    mail: str
    agb: str | None = Field(default=None, index=True)
    kvk: str | None = None
    contracts: list[dict[str, Any]] = Field(sa_type=JSON)
    subcontractors: list[str] = Field(sa_type=JSON)
    flex_order: int | None = None
    referrer: str | None = None
    municipality: str | None = None


class PersonRecord(SQLModel, table=True):
    """A natural person: with roles in the region, or of an organisation. Who decided something stays, also after leaving."""

    __tablename__ = "person"

    id: str = Field(primary_key=True)
    position: int
    name: str
    mail: str
    roles: list[str] = Field(sa_type=JSON)
    opdrachten: list[str] = Field(sa_type=JSON)
    organisation: str | None = None
    may_answer: bool = True  # or only read
    confirmed: bool = True  # otherwise by a name that somebody typed
    current: bool = True  # still in the region
    added: bool = False  # a contact that contract administration added, beside the region file
    ended_at: datetime | None = None  # when contract administration ended a contact: no file brings it back


class ContactChange(SQLModel, table=True):
    """Contract administration added or ended a contact of an organisation: append-only."""

    __tablename__ = "contact_change"

    id: int | None = Field(default=None, primary_key=True)
    contact: str = Field(foreign_key="person.id", index=True)
    organisation: str
    change: str  # added, ended
    at: datetime
    by: str  # a person of contract administration
    person: str = Field(foreign_key="person.id")  # who did it: that person, or who stands in


class DeputyRecord(SQLModel, table=True):
    """Contract administration named somebody who does the work of a person for a while."""

    __tablename__ = "deputy"

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)  # who is replaced
    deputy: str = Field(foreign_key="person.id")
    first: date
    last: date
    named_at: datetime
    named_by: str  # a person of contract administration
    named_person: str = Field(foreign_key="person.id")  # who did it: that person, or who stands in
    ended_at: datetime | None = None  # before its last day
    ended_by: str | None = None
    ended_person: str | None = Field(default=None, foreign_key="person.id")
    told_at: datetime | None = None  # who was replaced heard what was decided meanwhile


_PARTS: tuple[tuple[str, type[SQLModel], type[Frozen]], ...] = (
    ("tables", TableRecord, rules_region.Table),
    ("organisations", OrganisationRecord, rules_region.Organisation),
    ("people", PersonRecord, rules_region.Person),
)
_HEAD = (
    *("region", "name", "timezone", "holidays", "settings", "processes", "care_forms", "opdrachten"),
    *("treeknorm", "mailboxes"),
)
_DATES = ("anchor", "valid_until", "flex_learning_from")
_VERSION = select(RegionRecord.version)
_loaded: dict[tuple[Pool, int], Region] = {}
_NOT_COMMITTED = "regions"
_CURRENT = {"confirmed": True, "current": True, "added": False}


def store_region(session: Session, region: Region) -> None:
    """Take a whole region in, in the place of what was there. Rows that a case still needs must stay (foreign keys).

    A contact that contract administration added stays, unless the region names it; one that it ended does not come back.
    """
    data = region.model_dump(mode="json", by_alias=True)
    head = session.get(RegionRecord, 1, populate_existing=True, with_for_update=True)
    values = {key: data[key] for key in _HEAD}
    if head is None:
        session.add(RegionRecord(**values))
    else:
        head.sqlmodel_update({**values, "version": head.version + 1})
    contacts = [
        {**contact, "organisation": one["id"], "roles": [], "opdrachten": []}
        for one in data["organisations"]
        for contact in one.pop("contacts")
    ]
    data["people"] = [{**one, "organisation": None, "may_answer": True} for one in data["people"]] + contacts
    organisations = {one["id"] for one in data["organisations"]}
    for part, record, _ in _PARTS:
        rows = session.exec(select(record)).all()
        former = {row.id: row for row in rows if getattr(row, "confirmed", True)}  # type: ignore[attr-defined]
        for position, row in enumerate(data[part]):
            dates = {key: date.fromisoformat(row[key]) for key in _DATES if row.get(key)}
            values = {**row, **dates, "position": position, **(_CURRENT if record is PersonRecord else {})}
            if known := former.pop(row["id"], None):
                known.sqlmodel_update({**values, **_still_ended(known, row)})
            else:
                session.add(record(**values))
        for stale in former.values():
            if isinstance(stale, PersonRecord):
                stale.current = stale.current and stale.added and stale.organisation in organisations
            else:
                session.delete(stale)
    _until_committed(session)


def _still_ended(known: Any, row: dict[str, Any]) -> dict[str, Any]:
    """A contact that was ended stays so in its organisation; whoever else has this id now begins."""
    if not isinstance(known, PersonRecord):
        return {}
    stays = known.ended_at is not None and known.organisation == row["organisation"]
    return {"current": False} if stays else {"ended_at": None}


def _until_committed(session: Session) -> None:
    """This may still be taken back: until then nobody else knows it."""
    session.flush()
    session.info[_NOT_COMMITTED] = {}


def hold_region(session: Session) -> Region:
    """The region, ours to change until this transaction ends. Raises UserError when there is none."""
    session.exec(select(RegionRecord.id).with_for_update()).first()
    return load_region(session)


def changed_region(session: Session) -> None:
    """Somebody changed people in a region that is held: from now on it is another version."""
    head = session.get_one(RegionRecord, 1, populate_existing=True)
    head.version += 1
    _until_committed(session)


def load_region(session: Session, version: int | None = None) -> Region:
    """The region as the rules know it; kept in memory until its version changes. Raises UserError when there is none.

    `version`: where the caller has read it already.
    """
    version = version or session.connection().execute(_VERSION).scalar()
    if version is None:
        raise UserError("Er is nog geen regio geladen. Doe eerst: flexroute init")
    key = (session.connection().engine.pool, version)
    loaded: dict[tuple[Pool, int], Region] = session.info.get(_NOT_COMMITTED, _loaded)
    known = loaded.get(key)
    if known is None:
        head = session.get_one(RegionRecord, 1)
        data: dict[str, Any] = {name: getattr(head, name) for name in _HEAD}
        for part, record, kind in _PARTS:
            rows = [row.model_dump() for row in session.exec(select(record).order_by("position"))]
            data[part] = [_only(kind, row) for row in rows if row.get("current", True) and not row.get("organisation")]
            if record is PersonRecord:
                contacts = [row for row in rows if row["organisation"] and row["current"] and row["confirmed"]]
        for organisation in data["organisations"]:
            of_it = (row for row in contacts if row["organisation"] == organisation["id"])
            organisation["contacts"] = [_only(Contact, row) for row in of_it]
        known = Region.model_validate(data, context=STORED)
        vars(known)["version"] = version
        vars(known)["deputies"] = _deputies(session, known)
        loaded.clear()
        loaded[key] = known
    return known  # not from `loaded`: another thread may have cleared it


def _deputies(session: Session, region: Region) -> tuple[Deputy, ...]:
    """Who stands in for whom; nobody who has left, and for nobody who has."""
    named = select(DeputyRecord).where(col(DeputyRecord.ended_at).is_(None)).order_by(col(DeputyRecord.id))
    rows = [Deputy(one.person, one.deputy, one.first, one.last) for one in session.exec(named)]
    return tuple(one for one in rows if {one.person, one.deputy} <= region.person.keys())


def _only(kind: type[Frozen], row: dict[str, Any]) -> dict[str, Any]:
    names = {field.alias or name for name, field in kind.model_fields.items()}
    return {name: value for name, value in row.items() if name in names}


def remember(session: Session, signer: Signer) -> None:
    """A person who is known by a typed name only: one row, however often it is typed."""
    row = upsert(session, PersonRecord).values(
        id=signer.id,
        position=0,
        name=signer.name,
        mail="",
        roles=[],
        opdrachten=[],
        organisation=signer.organisation,
        confirmed=False,
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["id"]))
