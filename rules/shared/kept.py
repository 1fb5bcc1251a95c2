"""What is kept of whom, and who may see it, for people to read: a sentence for every table."""

from __future__ import annotations

from typing import NamedTuple

YOUTHS, PEOPLE, ORGANISATIONS, COURSE, WORKING = (
    "jeugdigen",
    "mensen die met Flexroute werken",
    "organisaties",
    "casussen en dossiers",
    "de werking van Flexroute",
)
WHOSE = (YOUTHS, PEOPLE, ORGANISATIONS, COURSE, WORKING)  # in the order in which it is told
PART = "Wie een rol heeft in de casus of het dossier; zie hieronder."
REGION = "De mensen van de regio."
EVERYBODY = "Iedereen die met Flexroute werkt."
NOBODY = "Niemand leest dit op een pagina; beheer kan het nakijken."


class Kept(NamedTuple):
    """What a table keeps, about whom (of WHOSE), and who may see it; in Dutch."""

    about: str
    what: str
    who: str = PART
