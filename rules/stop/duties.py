"""What the IGJ guideline asks of who stops (S-13 … S-23), and the settlement of messages (S-54, AMB-50): a checklist, no gate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Duty:
    """One item: what is to be done, by whom, and the sentence it stands on."""

    asks: str
    who: str
    requirement: str
    sentence: str


STOP = "de stoppende aanbieder"
BOTH = "de stoppende en de ontvangende aanbieder"
# fmt: off
DUTIES: dict[str, Duty] = {
    "follow_guideline": Duty(
        "de IGJ-leidraad is met de stoppende aanbieder besproken", "contractbeheer", "S-13",
        "gaat het RSJ IJsselland de stoppende aanbieders vragen om deze richtlijn te hanteren"),
    "client_analysis": Duty(
        "er is een actuele analyse van de jeugdigen: met verblijf of thuis; acuut, actief of slapend", STOP, "S-14",
        "Zorg voor een actuele analyse van het eigen cliëntenbestand"),
    "risk_inventory": Duty(
        "de risico's van afbouw en overdracht zijn in kaart: kwaliteit, veiligheid, continuïteit", STOP, "S-15",
        "Inventariseer de risico’s bij de afbouw en/of overdracht van zorg"),
    "risks_discussed": Duty(
        "de risico's zijn met de betrokkenen besproken", STOP, "S-16",
        "Betrek deze risico-inventarisatie bij de gesprekken met betrokkenen"),
    "traceable_to_child": Duty(
        "analyse en risico's zijn per jeugdige na te gaan", STOP, "S-17",
        "te brengen tot het niveau van individuele patiënten"),
    "steering": Duty(
        "er is een overleg waarin de partijen de overname samen voorbereiden", BOTH, "S-18",
        "kunnen sturen op de voorbereiding van een overname van de zorg"),
    "responsibilities": Duty(
        "wie waarvoor verantwoordelijk is, ligt vast", BOTH, "S-19",
        "zorgen voor een heldere verantwoordelijkheidsverdeling"),
    "care_first": Duty(
        "besluiten worden getoetst aan de gevolgen voor de jeugdige", BOTH, "S-20",
        "nooit ondergeschikt laten worden aan zakelijke overwegingen"),
    "professionals": Duty(
        "de zorgverleners hebben een goede positie en er is aandacht voor hun welzijn", BOTH, "S-21",
        "goede positionering van zorgverleners die een actieve rol spelen bij de afbouw en/of overdracht van zorg"),
    "contact_point": Duty(
        "er is één lijn voor de communicatie, met een centraal aanspreekpunt", BOTH, "S-22",
        "inclusief een centraal aanspreekpunt"),
    "representatives": Duty(
        "het gesprek met vertegenwoordigers van cliënten (en het lokaal bestuur) is geregeld", BOTH, "S-23",
        "op welke wijze zij deze zorgen en wensen betrekken bij de besluitvorming"),
    "message_traffic": Duty(
        "berichtenverkeer en declaraties worden volgens het SAP afgewikkeld", STOP, "S-54",
        "Berichtenverkeer en declaraties conform het SAP afwikkelen binnen de gestelde termijn."),
}
# fmt: on
