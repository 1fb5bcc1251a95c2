"""What the flex route keeps, in plain Dutch."""

from __future__ import annotations

from rules.shared.kept import COURSE, EVERYBODY, ORGANISATIONS, Kept

_TABLE = "Wie aan de tafel zit, en de mensen van de regio."
KEPT = {
    "escalation_case": Kept(
        COURSE,
        "Van elke casus: welke hulp is gevraagd, door welke verwijzer, bij welke aanbieder, in welke gemeente, en hoe ver het is. Wie "
        "de jeugdige is, staat hier niet.",
    ),
    "subcontractor_statement": Kept(
        COURSE, "Welke onderaannemer niet kan helpen, en via welke aanbieder dat is gezegd."
    ),
    "flex_request": Kept(COURSE, "Welke flex-aanbieder is gevraagd, wanneer, en wat het antwoord was."),
    "case_signal": Kept(COURSE, "Waar iemand bij een casus op moet letten."),
    "agenda_item": Kept(COURSE, "Welke casussen op welke agenda staan.", _TABLE),
    "agenda_issue": Kept(
        COURSE, "Elke agenda zoals hij is verstuurd: met kenmerken, zonder namen van jeugdigen.", _TABLE
    ),
    "mediation_table": Kept(
        ORGANISATIONS, "De tafels: welke opdrachten, welke dag, wie voorzit en wie meedoet.", EVERYBODY
    ),
    "meeting": Kept(ORGANISATIONS, "De overleggen: dag, tijd, ruimte en link.", _TABLE),
    "flex_guest": Kept(ORGANISATIONS, "Welke flex-aanbieder voor een overleg is opgeroepen.", _TABLE),
}
