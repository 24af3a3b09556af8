"""The shipped basis matrix, but for an analyst to whom exactly these classes are permitted of those permitted alone."""

from __future__ import annotations

import dataclasses

from graph_service.trust.basis import Basis, Cell, load_basis
from graph_service.trust.policy import Policy
from schema.access import PERMITTED_ALONE, Audience, Purpose, Role


def permitting(
    *classes: Audience, role: Role = Role.ANALYST, purpose: Purpose = Purpose.STATISTICS
) -> Policy:
    """Return the policy: a duty for these classes, nothing else that is permitted on its own, for anybody."""
    table = load_basis()
    duty = Cell(Basis.DUTY, frozenset({purpose}), ("某法第一条",))
    kept = {cell: said for cell, said in table.cells.items() if cell[1] not in PERMITTED_ALONE}
    return Policy(dataclasses.replace(table, cells={**kept, **{(role, each): duty for each in classes}}))
