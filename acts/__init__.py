"""What people can do: one file for each step of each process. `perform` is the one door to all of it."""

from acts.engine.act import Act, Unsettled
from acts.engine.offered import Offer, offered
from acts.engine.perform import act_for, acts, perform, perform_each, process_of
from acts.engine.record import Answers
from rules.shared.refusal import Refused

__all__ = [
    "Act",
    "Answers",
    "Offer",
    "Refused",
    "Unsettled",
    "act_for",
    "acts",
    "offered",
    "perform",
    "perform_each",
    "process_of",
]
