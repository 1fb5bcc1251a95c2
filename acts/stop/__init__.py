"""What people can do about a provider that stops, a file for each step; and the list of its children."""

from typing import Any

from acts.engine.act import Act
from acts.stop import (
    children,
    consultations,
    corrections,
    counts,
    dossier,
    duties,
    families,
    proposals,
    route_1,
    route_2,
    sign_off,
)

ACTS: tuple[Act[Any], ...] = tuple(
    act
    for step in (
        *(dossier, counts, children, corrections, proposals, families),
        *(route_1, route_2, sign_off, consultations, duties),
    )
    for act in step.ACTS
)
