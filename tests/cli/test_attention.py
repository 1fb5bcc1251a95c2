"""`flexroute attention`: everything that somebody must look at, and what to do; and the line of other commands."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from time import time
from unittest.mock import patch

from sqlmodel import select

from acts import perform
from cli import attention
from flexroute.clock import from_local
from flexroute.settings import practising
from models.flex.case import Case
from models.region.directory import store_region
from models.store import job
from models.store.database import Database
from models.store.letter import Letter, State
from rules.shared.region import Region
from tests.support.commands import Run
from tests.support.flex_acts import REFERRAL

LOOKED_AT = from_local("2026-03-04T09:00")
LATER = LOOKED_AT + timedelta(hours=2)


def signs(flexroute: Run) -> tuple[int, dict[str, str]]:
    with practising(now=LATER):
        said = flexroute("attention", "--json")
    return said.code, {sign["about"]: sign["what"] for sign in said.json}


def queued(number: int, state: State, reason: str) -> Letter:
    return Letter(
        id=number, key=str(number), kind="withdrawn", subject="ZB-2026-000001", recipient="sys-noord", context={},
        queued_at=LOOKED_AT, state=state.value, reason=reason,
    )  # fmt: skip


def test_nothing_asks_for_attention(flexroute: Run, database: Database) -> None:
    assert signs(flexroute) == (0, {})
    assert "niets" in flexroute("attention").out


def test_a_job_that_stopped(flexroute: Run, database: Database) -> None:
    """Told here, and on stderr of another command, whose exit code and output stay its own. Until it is no longer expected."""
    with database.writing() as session:
        job.expect(session, "mail", LOOKED_AT)
        job.record(session, "sweep", completed_at=LOOKED_AT)  # by hand only: not expected
    assert signs(flexroute) == (1, {"mail": "Post bezorgen is sinds 04-03-2026 09:00 niet meer klaar geweest"})
    with practising(now=LATER):
        for command, code in ((["cases", "--json"], 0), (["act", "withdraw", "--case", "ZB-1", "--by", "x"], 1)):
            said = flexroute(*command)
            assert (said.code, said.err.count("Zie: flexroute attention")) == (code, 1)
        assert flexroute("attention", "--forget", "mail").code == 0
        assert flexroute("attention", "--forget", "post").code == 2
        assert flexroute("cases").err == ""
    with practising(now=LOOKED_AT):
        assert flexroute("cases").err == ""


def test_what_was_set_aside_and_what_nobody_moves(flexroute: Run, database: Database) -> None:
    """One case cannot be settled; another was decided two hours ago, and nothing moves."""
    one, two = (perform(database, "register_referral", None, "ref-lt", REFERRAL, LOOKED_AT) for _ in range(2))
    with database.writing() as session:
        session.exec(select(Case).where(Case.reference == one)).one().trouble = "KeyError in open"
    code, told = signs(flexroute)
    assert code == 1
    assert told.keys() == {one, "besluiten"}
    assert "KeyError in open" in told[one]
    assert told["besluiten"].startswith("1 vastgelegd")
    assert two not in told


def test_letters_that_stay(flexroute: Run, database: Database) -> None:
    """Together where they have one reason: sixteen of them are one line."""
    with database.writing() as session:
        session.add_all(queued(number, State.FAILED, "weigert (550)") for number in range(1, 17))
        session.add(queued(17, State.HELD, "kan een BSN zijn"))
        session.add(queued(18, State.WITHHELD, "er is een nieuwere agenda"))
        session.add(queued(19, State.SENT, ""))
    assert signs(flexroute) == (
        1,
        {"16 brieven mislukt": "weigert (550)", "1 brief tegengehouden": "kan een BSN zijn"},
    )


def test_what_a_daily_job_set_aside(flexroute: Run, database: Database) -> None:
    with database.writing() as session:
        job.record(session, "agendas", completed_at=LOOKED_AT, attention="T_C2: De tafel heeft geen deelnemers")
        job.record(session, "sweep", completed_at=LOOKED_AT, attention="ZB-2026-000001: KeyError in open")
    assert signs(flexroute) == (1, {"agendas": "T_C2: De tafel heeft geen deelnemers"})


def test_a_prefect_that_is_gone_and_a_network_that_cannot_be_used(
    flexroute: Run, database: Database, home: Path
) -> None:
    (home / "prefect").mkdir()
    (home / "prefect" / "api-url").write_text("http://127.0.0.1:1/api")
    with patch.dict("os.environ", {"SSL_CERT_FILE": str(home / "weg.pem"), "HTTPS_PROXY": "socks4://geheim@proxy"}):
        code, told = signs(flexroute)
    assert code == 1
    assert told.keys() == {"netwerk", "Prefect"}
    assert "geheim" not in str(told)


def gone_for(home: Path, hours: int) -> None:
    """The local server died without saying so; it answered last so long ago."""
    (home / "prefect").mkdir(exist_ok=True)
    file = home / "prefect" / "api-url"
    file.write_text("http://127.0.0.1:1/api")
    then = time() - hours * 60 * 60
    os.utime(file, (then, then))


def test_a_local_prefect_that_nobody_uses_any_more(flexroute: Run, database: Database, home: Path) -> None:
    """Somebody hears for a day that it is gone; then once that this is over, and not again. One of the settings is always missed."""
    gone_for(home, 23)
    assert signs(flexroute) == (1, {"Prefect": "antwoordt niet op http://127.0.0.1:1"})
    gone_for(home, 25)
    with practising(prefect_api_url="http://127.0.0.1:1/api"):
        assert signs(flexroute)[0] == 1
    said = flexroute("attention", "--json")
    assert (said.code, said.json, said.err.count("voorbij")) == (0, [], 1)
    said = flexroute("attention")
    assert (said.code, said.err) == (0, "")


def test_a_sign_is_a_small_function() -> None:
    """The list to which others add theirs."""
    assert all(callable(sign) and sign.__doc__ for sign in attention.FINDINGS)


def test_a_case_that_waits_for_nobody(flexroute: Run, database: Database, region: Region) -> None:
    """AMB-18: as after a change of the database by hand; `region import` refuses it."""
    perform(database, "register_referral", None, "ref-lt", REFERRAL, LOOKED_AT)
    with database.writing() as session:
        session.exec(select(Case)).one().step = "approval"
        gone = [person for person in region.people if {"contract_manager", "contract_administration"} & {*person.roles}]
        store_region(session, region.model_copy(update={"people": tuple(p for p in region.people if p not in gone)}))
    code, told = signs(flexroute)
    assert code == 1
    assert told["ZB-2026-000001"].startswith("wacht op niemand")
