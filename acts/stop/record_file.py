"""The file goes to the receiver, in parts if need be: before the start to accept on, after it complete and current (S-47 … S-50)."""

from typing import Annotated

from pydantic import Field, StringConstraints

from acts.stop.act import ChildAct
from rules.shared.values import Given, PastDay, Text
from rules.stop.gates import consent, decision, informed
from rules.stop.roles import stopping
from rules.stop.route import FILE_ITEMS

Item = Annotated[Text, StringConstraints(max_length=80)]


class Part(Given):
    """What was handed over, and when: family_plan, minutes_running_indication, future_indication, or more (S-48)."""

    on: PastDay
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=50, examples=[*FILE_ITEMS])]


ACT = ChildAct("record_file", Part, stopping, "de stoppende aanbieder", gates=(decision, informed, consent))
