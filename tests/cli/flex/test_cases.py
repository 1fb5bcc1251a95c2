"""The commands of every day: acts, importing, looking, moving."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from rules.flex.route import STEP_INFO, Step
from tests.cli.conftest import CASE, REFERRALS, START, at_table, decide, stored
from tests.conftest import WORLD
from tests.support.commands import Run
from tests.support.flex_acts import CANNOT, REFERRAL, WITHOUT_PRIVATE

# acts


def test_an_act_is_recorded_and_the_case_moves(practice: Run) -> None:
    """What was recorded, where the case stands, and who must act now: in words and as JSON."""
    text = json.dumps(WITHOUT_PRIVATE)
    said = practice("act", "register_referral", "--by", "ref-lt", "--with", text, "--no-prefect")
    assert said.code == 0
    assert said.out.splitlines() == [
        f"Vastgelegd: verwijzing aangemeld · {CASE}",
        "De casus staat nu bij: beoordeling aanbieder. Aan zet: Jeugdhulp Noord.",
        "(Zonder Prefect verplaatst; in Prefect is dit niet te zien. Dit staat hier één keer. Wel volgen: flexroute server)",
    ]
    again = practice("act", "register_referral", "--by", "ref-lt", "--with", text, "--no-prefect", "--yes")
    assert "Prefect" not in again.out
    told = practice(
        "act", "register_referral", "--by", "ref-lt", "--with", text, "--no-prefect", "--yes", "--json"
    ).json
    assert (told["ok"], told["reference"], told["tracked"]) == (True, "ZB-2026-000003", False)
    assert (told["case"]["step"], told["case"]["due"]) == ("provider_check", "2026-03-09")


def test_an_opdracht_of_the_region(one_case: Run, tmp_path: Path) -> None:
    """F-27, F-70: another one is refused by the name of its field, where the region has a list; its name is shown."""
    other = (
        "act",
        "register_referral",
        "--by",
        "ref-lt",
        "--with",
        json.dumps({**WITHOUT_PRIVATE, "opdracht": "X"}),
        "--yes",
    )
    assert one_case(*other, "--no-prefect").code == 0  # contract administration judges
    file = tmp_path / "regio.yaml"
    names = "opdrachten: {B: Ambulant, C: Verblijf, C1: Gezinshuis, C2: Dagbehandeling, E: Forensisch}"
    file.write_text(f"{WORLD.read_text(encoding='utf-8')}\n{names}\n", encoding="utf-8")
    assert one_case("region", "import", str(file)).code == 0
    told = one_case(*other, "--no-prefect", "--json").json
    assert (told["refused"], told["field"]) == ("invalid", "opdracht")
    assert "X is geen opdracht van deze regio; kies uit: B, C, C1, C2, E" in told["message"]
    assert "opdracht: B (Ambulant)" in one_case("case", CASE).out


def test_values_from_a_file_and_from_fields(one_case: Run, tmp_path: Path) -> None:
    """`--with @FILE` and `field=value` go together; a field on the command line wins. Lists take commas or repeats."""
    file = tmp_path / "antwoord.json"
    file.write_text(json.dumps({**CANNOT, "explanation": "uit het bestand"}), encoding="utf-8")
    said = one_case(
        "act", "record_assessment", "--case", CASE, "--by", "sys-noord", "--with", f"@{file}", "ground=other",
        "ground_text=Verbouwing", 'subcontractors=[{"provider": "oa-klein", "can_deliver": false, "explanation": "vol"}]',
        "--no-prefect", "--json",
    )  # fmt: skip
    assert said.json["case"]["step"] == "mediation"


NOT_TYPED = (None, "reference", "case")  # no field that somebody filled in
NAMES = {
    **{
        "by": "--by",
        "can_deliver": "kan de hulp leveren",
        "ground": "waarom het tijdelijk niet kan",
        "reasom": "reasom",
    },
    **{"earliest_start": "eerste mogelijke start", "received_on": "ontvangen op", "provider": "aanbieder"},
    "on": "dag van het overleg",
}
REFUSALS = {
    "unknown case": (["take_over", "--case", "ZB-2026-999999", "--by", "tz-anna", "reason=x"], "not_found", "reference"),
    "no case": (["take_over", "--by", "tz-anna", "reason=x"], "not_found", "case"),
    "wrong role": (["record_assessment", "--case", CASE, "--by", "sys-zuid", "can_deliver=nee"], "forbidden", None),
    "unknown person": (["take_over", "--case", CASE, "--by", "niemand", "reason=x"], "forbidden", "by"),
    "value missing": (["record_assessment", "--case", CASE, "--by", "sys-noord"], "invalid", "can_deliver"),
    "ground missing": (
        ["record_assessment", "--case", CASE, "--by", "sys-noord", "can_deliver=nee", "explanation=vol"], "invalid", "ground"),
    "wrong date": (
        ["record_assessment", "--case", CASE, "--by", "sys-noord", "can_deliver=ja", "earliest_start=2026-02-30"],
        "invalid", "earliest_start"),
    "unknown field": (["take_over", "--case", CASE, "--by", "tz-anna", "reasom=x"], "invalid", "reasom"),
    "day to come": (
        ["register_referral", "--by", "ref-lt", "--with", json.dumps({**WITHOUT_PRIVATE, "received_on": "2026-03-03"})],
        "invalid", "received_on"),
    "unknown organisation": (
        ["register_referral", "--by", "ref-lt", "--with", json.dumps({**WITHOUT_PRIVATE, "provider": "sys-niet"})],
        "invalid", "provider"),
    "wrong step": (
        ["decide_mediation", "--case", CASE, "--by", "tz-anna", "outcome=table", "reason=x"], "wrong_step", None),
    "not overdue": (["take_over", "--case", CASE, "--by", "tz-anna", "reason=x"], "not_overdue", None),
    "no such meeting": (
        ["change_meeting", "--by", "tz-anna", "table=T_BC", "on=2026-03-11", "cancelled=ja"], "invalid", "on"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_has_a_code_a_field_and_a_sentence(one_case: Run, tmp_path: Path, name: str) -> None:
    """Exit 1 with code, field and message, in words and as JSON; nothing at all is stored."""
    args, code, field = REFUSALS[name]
    before = stored(tmp_path)
    said = one_case("act", *args, "--no-prefect")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"Geweigerd{f' bij {NAMES[field]}' if field not in NOT_TYPED else ''}: ")
    told = one_case("act", *args, "--no-prefect", "--json")
    assert told.code == 1
    assert (told.json["ok"], told.json["refused"], told.json["field"]) == (False, code, field)
    assert told.json["message"].strip()
    assert stored(tmp_path) == before


def test_a_referral_straight_to_a_flex_provider(practice: Run) -> None:
    """Refused, and the referrer is told by letter (F-10)."""
    given_ = json.dumps({**WITHOUT_PRIVATE, "provider": "flex-anker"})
    said = practice("act", "register_referral", "--by", "ref-lt", "--with", given_, "--no-prefect", "--json")
    assert (said.code, said.json["refused"], said.json["field"]) == (1, "direct_flex_referral", "provider")
    assert practice("cases", "--json").json == []
    assert [letter["kind"] for letter in practice("letters", "--json").json] == ["direct_flex_rejected"]


def test_the_same_decision_twice(one_case: Run, tmp_path: Path) -> None:
    """The first recording stays; the second is told so (duplicate decisions)."""
    assert decide(one_case, "record_assessment", "sys-noord", START, CANNOT).code == 0
    before = stored(tmp_path)
    again = decide(one_case, "record_assessment", "sys-noord", START, {**CANNOT, "explanation": "anders"}, "--json")
    assert (again.code, again.json["refused"]) == (1, "already_decided")
    assert stored(tmp_path) == before


def test_an_act_on_a_meeting(one_case: Run) -> None:
    """A meeting is changed without a case; its own case goes along."""
    at_table(one_case)
    args = ["act", "change_meeting", "--by", "tz-anna", "table=T_BC", "on=2026-03-10", "to=2026-03-11", "reason=ziek"]
    said = one_case(*args, "--no-prefect", now="2026-03-06T11:00")
    assert said.code == 0
    assert said.out.startswith("Vastgelegd: overleg gewijzigd · T_BC 2026-03-10")
    assert one_case("case", CASE, "--json").json["agenda"] == {"table": "T_BC", "on": "2026-03-11"}


# importing


def test_import_reports_each_line(practice: Run, tmp_path: Path) -> None:
    """Good lines in, wrong lines told with line and column and exit 1, known lines left alone; no cell is repeated (F-13)."""
    file = tmp_path / "v.csv"
    file.write_text(
        REFERRALS + REFERRALS.splitlines()[1].replace("K-1", "K-2").replace("999900006", "999900007") + "\n"
    )
    said = practice("import-referrals", str(file), "--by", "tz-anna", "--no-prefect")
    assert said.code == 1
    assert "1 nieuw, 0 al bekend, 1 fout." in said.out
    told = practice("import-referrals", str(file), "--by", "tz-anna", "--no-prefect", "--json")
    assert told.code == 1
    assert (told.json["ok"], told.json["new"], told.json["known"]) == (False, [], [{"line": 2, "reference": CASE}])
    assert [(w["line"], w["column"]) for w in told.json["wrong"]] == [(3, "bsn")]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("weg.csv", None, "bestaat niet"),
        ("v.txt", "x", "geen CSV- of XLSX-bestand"),
        ("v.csv", "", "is leeg"),
        ("v.csv", "kleur;vorm\nrood;rond\n", "geen kop"),
        ("v.xlsx", "x", "geen leesbaar Excel-bestand"),
    ],
)
def test_a_malformed_referral_file(practice: Run, tmp_path: Path, name: str, content: str | None, told: str) -> None:
    """A file that is no list of referrals: told as a whole, nothing taken in."""
    file = tmp_path / name
    if content is not None:
        file.write_text(content)
    said = practice("import-referrals", str(file), "--by", "tz-anna", "--no-prefect")
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert practice("cases", "--json").json == []


def test_import_by_somebody_without_the_role(practice: Run, tmp_path: Path) -> None:
    """Only referrers and care mediators bring referrals."""
    file = tmp_path / "v.csv"
    file.write_text(REFERRALS)
    said = practice("import-referrals", str(file), "--by", "cm-bc", "--no-prefect", "--json")
    assert (said.code, said.json["refused"]) == (1, "forbidden")


# looking


def test_cases(one_case: Run) -> None:
    """The list: reference, step, who must act, by when; chosen by step, by who is waited for, closed ones on demand."""
    shown = one_case("cases").out
    assert "│ ZB-2026-000001" in shown
    assert "Jeugdhulp Noord" in shown
    assert "09-03-2026" in shown
    [told] = one_case("cases", "--json").json
    assert (told["reference"], told["step"], told["waiting_for"]) == (CASE, "provider_check", ["sys-noord"])
    assert len(one_case("cases", "--step", "provider_check", "--json").json) == 1
    assert one_case("cases", "--step", "table", "--json").json == []
    assert len(one_case("cases", "--waiting-for", "sys-noord", "--json").json) == 1
    assert one_case("cases", "--waiting-for", "tz-anna", "--json").json == []
    assert decide(one_case, "withdraw", "ref-lt", START, {"reason": "opgelost"}).code == 0
    assert one_case("cases").out == "Casussen: geen.\n"
    assert [c["outcome"] for c in one_case("cases", "--all", "--json").json] == ["withdrawn"]


def test_cases_of_somebody_unknown(practice: Run) -> None:
    """An id that nobody has is a mistake, not an empty list."""
    said = practice("cases", "--waiting-for", "niemand")
    assert (said.code, said.out) == (1, "")
    assert "'niemand'" in said.err


def test_a_case_tells_what_is_awaited_and_why(one_case: Run) -> None:
    """The timeline, who must act and why, with the sentence of the source document (F-21), and the letters."""
    shown = one_case("case", CASE).out
    assert "Jeugdhulp Noord" in shown
    assert "“Deze beoordeling duurt maximaal één week.” (F-21)" in shown
    assert "verwijzing aangemeld" in shown
    told = one_case("case", CASE, "--json").json
    stop = STEP_INFO[Step.PROVIDER_CHECK]
    assert told["why"] == {"requirement": stop.requirement, "sentence": stop.sentence}
    assert [(t["act"], t["by"]) for t in told["timeline"]] == [("register_referral", "ref-lt")]
    assert datetime.fromisoformat(told["timeline"][0]["at"]) == datetime.fromisoformat(f"{START}+01:00")
    assert [(one["kind"], one["to"], one["state"]) for one in told["letters"]] == [
        ("assessment_request", "sys-noord", "queued")
    ]


def test_a_case_begins_with_what_it_is(practice: Run, tmp_path: Path) -> None:
    """F-43: who asks whom for which help since when, in words; nothing of the youth; the same for programs."""
    file = tmp_path / "verwijzing.json"
    said = {
        "care_form": "family_home",
        "age_band": "12-15",
        "forensic": True,
        "urgent": True,
        "sender_reference": "K-7",
    }
    file.write_text(json.dumps({**REFERRAL, **said}), encoding="utf-8")
    assert practice("act", "register_referral", "--by", "ref-lt", "--with", f"@{file}", "--no-prefect").code == 0
    shown = [line.strip() for line in practice("case", CASE).out.splitlines()]
    assert shown[:12] == [
        f"kenmerk: {CASE} (spoed)",
        "opdracht: B",
        "verwijzer: Wijkteam Centrum",
        "aanbieder: Jeugdhulp Noord",
        "ontvangen op: maandag 2 maart 2026",
        "gemeente: Toegang Rotterdam (0599)",
        "zorgvorm: gezinshuis",
        "leeftijd: 12 tot en met 15 jaar",
        "forensisch: ja",
        "verblijf: nee",
        "spoed: ja",
        "eigen kenmerk: K-7",
    ]
    told = practice("case", CASE, "--json").json
    assert {key: told[key] for key in ("referrer", "provider", "municipality", "care_form", "residential")} == {
        "referrer": "ref-lt",
        "provider": "sys-noord",
        "municipality": "0599",
        "care_form": "family_home",
        "residential": False,
    }


def test_a_case_that_is_not_there(practice: Run) -> None:
    """An unknown reference: refused with `not_found`, exit 1."""
    said = practice("case", "ZB-2026-000099")
    assert (said.code, said.out) == (1, "")
    assert said.err == "Geweigerd: Er is geen casus met kenmerk ZB-2026-000099.\n"
    assert practice("case", "x", "--json").json["refused"] == "not_found"


def test_tables(practice: Run) -> None:
    """Every table with its next meetings and the first that still takes a case (F-53 … F-61)."""
    assert "B/C-tafel" in practice("tables").out
    told = {row["id"]: row for row in practice("tables", "--json").json}
    assert list(told) == ["T_BC", "T_C1", "T_FOR", "T_FORV", "T_C2"]
    assert told["T_BC"]["next"] == ["2026-03-03", "2026-03-10", "2026-03-17"]
    assert told["T_BC"]["first_open"] == "2026-03-03"  # Monday 9:00: closes at 12:00
    later = {row["id"]: row for row in practice("tables", "--json", now="2026-03-02T12:00").json}
    assert later["T_BC"]["first_open"] == "2026-03-10"


def test_agenda(one_case: Run) -> None:
    """Before it was issued it says how; after `prep` it is text, ICS and JSON, with references only."""
    at_table(one_case)
    early = one_case("agenda", "T_BC", "2026-03-10")
    assert (early.code, early.out) == (1, "")
    assert "flexroute prep" in early.err
    assert one_case("agenda", "T_XX", "2026-03-10").code == 1
    assert one_case("prep", "--no-prefect", now="2026-03-06T13:00").code == 0
    assert CASE in one_case("agenda", "T_BC", "2026-03-10").out
    ics = one_case("agenda", "T_BC", "2026-03-10", "--format", "ics").out
    assert ics.startswith("BEGIN:VCALENDAR")
    assert "METHOD:REQUEST" in ics
    told = one_case("agenda", "T_BC", "2026-03-10", "--json").json
    assert told["version"] == 1
    assert told == one_case("agenda", "T_BC", "2026-03-10", "--format", "json").json
    assert CASE in json.dumps(told)


def test_letters(one_case: Run) -> None:
    """The outbox: queued, then sent to a file; by case, by state, one with its text; no letter holds private data."""
    assert f"│ {CASE}" in one_case("letters").out
    [letter] = one_case("letters", "--json").json
    assert (letter["state"], letter["to"], letter["about"], letter["file"]) == ("queued", "sys-noord", CASE, None)
    shown = one_case("letters", "--show", str(letter["id"])).out
    assert shown.startswith("Aan: Jeugdhulp Noord\nOnderwerp: ")
    assert CASE in shown
    assert CASE in one_case("letters", "--show", str(letter["id"]), "--json").json["text"]
    assert one_case("letters", "--state", "sent", "--json").json == []
    assert one_case("letters", "--case", "ZB-2026-000077").out == "Brieven: geen.\n"
    assert one_case("letters", "--show", "99").code == 1
    assert one_case("deliver", "--no-prefect").out.startswith("post bezorgen: 1 verstuurd.")
    [sent] = one_case("letters", "--state", "sent", "--json").json
    assert Path(sent["file"]).is_file()
    assert one_case("letters", "--json", "--last", "1", now="2026-05-02T09:00").json == []


def test_letters_again(one_case: Run) -> None:
    """By hand: a letter that is queued goes already; one that was sent goes as a new edition; one that failed is told and goes."""
    assert (
        one_case("letters", "--again", "1").out
        == "Brief 1 staat al klaar of is onderweg.\nEr is niets opnieuw te versturen.\n"
    )
    assert one_case("letters", "--again", "99").code == 1
    broken = one_case("deliver", "--no-prefect", FLEXROUTE_MAIL_TRANSPORT="smtp", FLEXROUTE_SMTP_HOST="127.0.0.1",
                      FLEXROUTE_SMTP_PORT="1", FLEXROUTE_SMTP_SECURITY="none")  # fmt: skip
    assert (broken.code, broken.out.splitlines()[0]) == (
        0,
        "post bezorgen: 0 verstuurd; de post wacht tot 02-03 09:05: "
        "de mailserver is niet bereikbaar (ConnectionRefusedError) (brief 1).",
    )
    waiting = one_case("letters", "--state", "retry").out
    assert " ".join(re.sub("[│┃]", " ", waiting).split()).count("nog niet gelukt: de mailserver") == 1
    [letter] = one_case("letters", "--json").json
    assert (letter["attempts"], letter["try_at"]) == (1, "2026-03-02T08:05:00+00:00")
    assert one_case("letters", "--again", "1").out.startswith("Brief 1 gaat opnieuw mee.\n")
    assert one_case("deliver", "--no-prefect").out.startswith("post bezorgen: 1 verstuurd.")
    assert one_case("letters", "--again", "1", "--json").json == {"ok": True, "again": [1], "under_way": []}
    assert one_case("deliver", "--no-prefect").code == 0
    shown = one_case("letters", "--show", "1").out
    assert (
        "Staat: verstuurd\nPogingen: 1; de laatste op 02-03-2026 09:00\nOpnieuw verstuurd op verzoek: 1 keer\n" in shown
    )
    assert one_case("letters", "--again-all", "failed", "--json").json == {"ok": True, "again": [], "under_way": []}


# moving


@pytest.mark.parametrize("command", ["run", "watch", "prep", "deliver"])
def test_moving_commands(one_case: Run, command: str) -> None:
    """run, watch, prep and deliver: done, in a sentence and as JSON; a second time can do no harm."""
    first = one_case(command, "--no-prefect")
    assert first.code == 0
    assert "Zonder Prefect verplaatst" not in first.out  # that was said after the first act
    told = one_case(command, "--no-prefect", "--json").json
    assert (told["ok"], told["tracked"]) == (True, False)


def test_watch_tells_the_provider_that_it_is_late(one_case: Run) -> None:
    """The morning after the term: overdue, a signal, and letters (F-21, N-11)."""
    assert one_case("watch", "--no-prefect", now="2026-03-10T07:00").code == 0
    told = one_case("case", CASE, "--json", now="2026-03-10T07:01").json
    assert told["overdue"] is True
    assert told["signals"] == ["assessment_overdue"]
    assert "(te laat)" in one_case("cases", now="2026-03-10T07:01").out


def test_prep_with_a_table_without_participants(cli: Run, tmp_path: Path) -> None:
    """That table asks for attention, exit 1; the others are prepared (AMB-15)."""
    file = tmp_path / "regio.yaml"
    text = WORLD.read_text(encoding="utf-8")
    file.write_text(text.replace("participants: [sys-noord, sys-zuid, sys-oost, prest-west]", "participants: []"))
    assert cli("init", "--region", str(file)).code == 0
    said = cli("prep", "--no-prefect", now="2026-03-06T13:00")
    assert said.code == 1
    assert "T_BC" in said.out
    assert cli("agenda", "T_FOR", "2026-03-09", now="2026-03-06T13:01").code == 0
    told = cli("prep", "--no-prefect", "--json", now="2026-03-06T13:00")
    assert (told.code, told.json["ok"]) == (1, False)
