"""What is kept of a provider that stops, in plain Dutch."""

from __future__ import annotations

from rules.shared.kept import COURSE, YOUTHS, Kept

KEPT = {
    "stop_dossier": Kept(COURSE, "Van elke aanbieder die stopt: met welke hulp, wanneer, waarom en op welke locaties."),
    "stop_child": Kept(
        YOUTHS,
        "Van elke jeugdige bij een aanbieder die stopt: welke hulp, in welke gemeente, waar die verdergaat en hoe ver dat is. Wie de "
        "jeugdige is, staat hier niet.",
    ),
    "stop_counts": Kept(COURSE, "Hoeveel jeugdigen de aanbieder en de Toegang per gemeente tellen."),
    "stop_duty": Kept(COURSE, "Wat contractbeheer en de aanbieder moeten doen, en wanneer dat is gedaan."),
    "consultation_series": Kept(COURSE, "Wanneer partijen over een aanbieder die stopt overleggen."),
    "consultation": Kept(COURSE, "De overleggen daarover: dag, tijd, ruimte en link."),
    "consultation_issue": Kept(COURSE, "Elke uitnodiging daarvoor zoals die is verstuurd."),
}
