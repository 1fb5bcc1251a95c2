"""Codes in words. Every code that a letter, an agenda or a screen shows is here."""

WORDS: dict[str, str] = {
    # steps
    "referral": "verwijzing",
    "provider_check": "beoordeling aanbieder",
    "mediation": "Team Zorgbemiddeling",
    "table": "zorgbemiddelingstafel",
    "approval": "akkoord contractmanager",
    "flex_search": "flex-aanbieder zoeken",
    "re_offer": "opnieuw aanbieden",
    "handover": "warme overdracht",
    "allocation": "toewijzing en start",
    "closed": "afgesloten",
    # outcomes
    "placed_with_system_provider": "geplaatst bij een systeem- of prestatieaanbieder",
    "solved_directly": "direct opgelost",
    "started_at_flex_provider": "gestart bij een flex-aanbieder",
    "withdrawn": "ingetrokken",
    # grounds
    "capacity_not_at_level": "de capaciteit is nog niet op het benodigde niveau",
    "annual_capacity_used": "de capaciteit voor dit jaar is al ingezet",
    "demand_peak": "er is tijdelijk veel vraag",
    "other": "een andere reden",
    # procedure check
    "no_table_assessment": "de tafel heeft de casus in deze ronde niet beoordeeld",
    "no_approval": "de contractmanager heeft in deze ronde geen akkoord gegeven",
    "wrong_deliverer": "de toewijzing is niet aangeleverd door een systeem- of prestatieaanbieder of de tafel",
    # exclusion
    "declined_as_subcontractor": "heeft als onderaannemer al nee gezegd",
    # signals
    "assessment_overdue": "aanbieder is te laat",
    "treeknorm_not_configured": "geen treeknorm ingesteld",
    "treeknorm_at_risk": "treeknorm in gevaar",
    "no_table_for_opdracht": "geen tafel voor deze opdracht",
    "many_rounds": "veel rondes",
    "late_escalation": "te laat opnieuw aangeboden",
    # referral routes
    "local_team": "lokaal team",
    "medical": "medische verwijzer",
    "certified_institution": "gecertificeerde instelling",
    # care forms
    "outpatient_individual": "ambulant individueel",
    "outpatient_group": "ambulant in een groep",
    "family_home": "gezinshuis",
    "residential": "verblijf",
    # acts
    "register_referral": "verwijzing aangemeld",
    "record_assessment": "beoordeling gegeven",
    "take_over": "overgenomen van de aanbieder",
    "decide_mediation": "besluit Team Zorgbemiddeling",
    "move_to_table": "naar een andere tafel",
    "record_table_answers": "antwoorden van de tafel",
    "decide_approval": "besluit contractmanager",
    "call_flex_provider": "flex-aanbieder opgeroepen",
    "change_meeting": "overleg gewijzigd",
    "record_flex_answer": "antwoord flex-aanbieder",
    "withdraw_statement": "verklaring onderaannemer ingetrokken",
    "report_unable": "flex-aanbieder kan toch niet",
    "record_handover": "warme overdracht",
    "record_allocation": "toewijzing",
    "record_start": "hulp gestart",
    "withdraw": "ingetrokken",
}
