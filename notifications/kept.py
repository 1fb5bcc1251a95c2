"""What Flexroute keeps, in plain Dutch: the tables of no process, and those of every process that runs here."""

from __future__ import annotations

from rules.shared.kept import COURSE, EVERYBODY, NOBODY, ORGANISATIONS, PEOPLE, REGION, WHOSE, WORKING, YOUTHS, Kept
from rules.shared.process import processes

_YOURS = "Wie het betreft, en de mensen van de regio."
SHARED = {
    "youth": Kept(
        YOUTHS,
        "Wie de jeugdige is: naam, geboortedatum, BSN en wat de verwijzer of aanbieder er verder over meegaf. Dit staat apart van de "
        "rest en komt nooit in een brief of e-mail. Een onleesbaar kenmerk van BSN, naam en geboortedatum laat zien of een jeugdige al "
        "is aangemeld.",
        "Alleen wie moet weten om wie het gaat; zie hieronder. Elke keer dat iemand dit leest, wordt bewaard.",
    ),
    "note": Kept(
        YOUTHS,
        "Wat mensen van de regio bij een jeugdige voor collega's opschrijven. Het komt in geen brief, en gaat weg met wie de jeugdige is.",
        "De mensen van de regio die mogen lezen wie de jeugdige is. Elke keer dat iemand dit leest, wordt bewaard.",
    ),
    "person": Kept(
        PEOPLE,
        "Wie met Flexroute werkt: naam, e-mailadres, rol of organisatie, en of die persoon voor de organisatie mag antwoorden. Van wie "
        "alleen een naam typte: die naam.",
        "Wie een besluit mag lezen, ziet de naam. E-mailadressen zien alleen contractbeheer en beheer.",
    ),
    "contact_change": Kept(
        PEOPLE, "Wie een contactpersoon toevoegde of beëindigde, en wanneer.", "Contractbeheer en beheer."
    ),
    "deputy": Kept(PEOPLE, "Wie wie vervangt, van wanneer tot wanneer, en wie dat regelde.", _YOURS),
    "reading": Kept(
        PEOPLE,
        "Wie wat las, voor welke organisatie, wanneer, en of daarbij stond wie de jeugdige is.",
        "De mensen van de regio die de casus of het dossier mogen zien.",
    ),
    "sign_in": Kept(
        PEOPLE, "Wanneer iemand inlogde, op welke manier, voor welke organisatie, en of het lukte.", "Beheer."
    ),
    "sign_in_code": Kept(PEOPLE, "Dat er een code is gevraagd om in te loggen. De code zelf is niet te lezen.", NOBODY),
    "portal_session": Kept(
        PEOPLE, "Wie er nu is ingelogd. Dit verdwijnt na het uitloggen, en vanzelf na een tijd.", NOBODY
    ),
    "organisation": Kept(
        ORGANISATIONS,
        "Verwijzers, aanbieders, flex-aanbieders en Toegangen: naam, e-mailadres, AGB- en KvK-nummer, contracten en onderaannemers.",
        EVERYBODY,
    ),
    "region": Kept(
        ORGANISATIONS, "De regio zelf: haar instellingen, opdrachten, normen, vrije dagen en postbussen.", EVERYBODY
    ),
    "subject": Kept(COURSE, "Welke casussen en dossiers er zijn, met hun kenmerk."),
    "former_reference": Kept(COURSE, "Het eigen kenmerk dat een verwijzer of aanbieder eerder gebruikte."),
    "decision": Kept(
        COURSE,
        "Elk besluit en elk antwoord: wat, wanneer, door wie en voor wie, met wat daarbij is getypt.",
        "Wie een rol heeft in de casus of het dossier; wat is getypt, alleen wie dat nodig heeft. Zie hieronder.",
    ),
    "assignment": Kept(COURSE, "Op wie iets wacht, waarom, sinds wanneer en tot wanneer."),
    "claim": Kept(
        COURSE, "Wie van een team iets oppakt, overdraagt of teruggeeft, wanneer en waarom.", "De mensen van de regio."
    ),
    "letter": Kept(
        COURSE,
        "Elke brief: aan wie, waarover, en of hij is verstuurd. Over de jeugdige staat er niets in.",
        "Wie de casus of het dossier mag zien; of een brief is verstuurd, zien alle mensen van de regio.",
    ),
    "job_run": Kept(WORKING, "Wanneer het werk dat vanzelf gaat, voor het laatst is gedaan.", REGION),
    "reference_counter": Kept(WORKING, "Het laatste kenmerk dat is gegeven.", NOBODY),
}


def kept() -> dict[str, Kept]:
    """What each table keeps, by its name. Raises ValueError where two processes tell of the same table."""
    found = dict(SHARED)
    for process in processes():
        if doubles := found.keys() & process.kept.keys():
            raise ValueError(f"{process.name}: {', '.join(sorted(doubles))} is told of already")
        found |= process.kept
    return found


def by_whom() -> list[tuple[str, list[Kept]]]:
    """The same, under whom or what it is about."""
    every = kept().values()
    return [(about, [one for one in every if one.about == about]) for about in WHOSE]
