"""The codes of a provider that stops in Dutch."""

from rules.stop.duties import DUTIES
from rules.stop.route import FILE

WORDS: dict[str, str] = {
    # a provider that stops: how, and what it is about
    "provider_decision": "besluit van de aanbieder",
    "not_renewed": "overeenkomst niet verlengd",
    "dissolved": "overeenkomst ontbonden",
    "pre_trajectory": "voortraject",
    "running": "lopende zorg",
    "finishing": "afronding zorg",  # also where a child stands
    "restorative": "herstelgericht",
    "durable": "duurzaam",
    # where a dossier stands
    "announced": "aangekondigd",
    "counting": "aantallen vergelijken",
    "routing": "routes bepalen",
    "settling": "afwikkelen",
    # where a child stands
    "waiting_for_proposal": "wacht op voorstel",
    "waiting_for_decision": "wacht op besluit",
    "transferring": "overdracht bezig",
    "transferred": "overgedragen",
    "finished": "zorg afgerond",
    # what is missing in a dossier or of a child
    "counts": "aantallen",
    "explanation": "uitleg van het verschil",
    "children": "evenveel jeugdigen als geteld",
    "routes": "akkoord over een route voor elke jeugdige",
    "open_children": "jeugdigen die nog bij de aanbieder zijn",
    "files": "complete dossiers van jeugdigen",
    "sign_offs": "eindcontroles door Toegang",
    "declarations": "declaraties",
    "proposal": "voorstel",
    "decision": "besluit van Toegang",
    "flex_route": "flexroute tot aan de start",
    "family_informed": "informatie aan het gezin",
    "consent": "toestemming",
    **FILE,
    "acceptance": "acceptatie door de ontvangende aanbieder",
    "stop_307": "stopbericht (307)",
    "end_date_301": "nieuwe einddatum (301)",
    "request_315": "verzoek om toewijzing (315)",
    "new_301": "nieuwe toewijzing (301)",
    # duties
    **{duty: one.asks for duty, one in DUTIES.items()},
    # signals
    "family_informed_too_early": "gezin te vroeg geïnformeerd",
    "term_at_risk": "termijn in gevaar",
    # letters
    "provider_stops": "aanbieder stopt",
    "counts_to_recognise": "vraag om aantallen",
    "counts_differ": "aantallen verschillen",
    "provider_list": "lijst van aanbieders",
    "route_proposal": "voorstel voor een route",
    "route_decision": "besluit over een route",
    "transfer_request": "vraag om overname",
    "transfer_withdrawn": "overname gaat niet door",
    "consent_refused": "geen toestemming",
    "registration_date_changed": "andere aanmelddatum",
    "transfer_complete": "gestart bij de nieuwe aanbieder",
    "file_due": "herinnering dossier van de jeugdige",
    "file_overdue": "dossier van de jeugdige te laat",  # also a signal
    "term_near": "termijn bijna voorbij",
    "term_exceeded": "termijn voorbij",  # also a signal
    "flex_route_entered": "verder in de flexroute",
    "flex_route_news": "nieuws uit de flexroute",
    "flex_route_not_needed": "flexroute niet meer nodig",
    "your_turn": "nu aan zet",
    "consultation": "overleg stoppende aanbieder",
    "consultation_cancelled": "overleg gaat niet door",
    "consultation_withdrawn": "uitnodiging vervalt",
    # acts
    "register_stop": "stoppende aanbieder aangemeld",
    "request_continuation": "verzoek om voortzetting",
    "record_counts": "aantallen doorgegeven",
    "explain_difference": "verschil uitgelegd",
    "add_child": "jeugdige toegevoegd",
    "propose_route": "route voorgesteld",
    "decide_route": "besluit over de route",
    "inform_family": "gezin geïnformeerd",
    "record_consent": "antwoord over toestemming",
    "record_file": "dossier van de jeugdige",
    "accept_transfer": "overdracht geaccepteerd",
    "finish_care": "zorg afgerond",
    "sign_off": "eindcontrole door Toegang",  # also what is missing
    "plan_consultation": "overleg gepland",
    "change_consultation": "overleg gewijzigd",
    "record_duty": "verplichting vastgelegd",
    "enter_flex_route": "naar de flexroute",
    "record_handover": "warme overdracht",
    "record_allocation": "toewijzing",
    "record_start": "hulp gestart",
    # what is missing, as an act has it
    "handover": "warme overdracht",
    "allocation": "toewijzing en start",
    "closed": "afgesloten",
}
