"""The queries about risk."""

from __future__ import annotations

import strawberry

from graph_service.api.ids import read_id
from graph_service.api.operations import Argument, operation
from graph_service.api.risk import RiskChangeInput, RiskProfile, WhatIf, read_changes
from graph_service.use_cases.risk import ask_what_if, risk_profile
from schema.nodes import PARTY


@strawberry.type
class RiskQueries:
    """How risky, why, and what if."""

    risk_profile: RiskProfile | None = operation(
        "riskProfile",
        risk_profile,
        RiskProfile | None,
        "[supervision] How risky a party is, from whom, and along which ties 风险画像.",
        {
            "id": Argument(
                strawberry.ID,
                "Id of the party, opaque or plain 主体标识.",
                read=lambda text: read_id(text, *PARTY),
            ),
            "top": Argument(int, "Contributions to list, 1 to 50 贡献条数.", 10),
        },
    )
    what_if: WhatIf | None = operation(
        "whatIf",
        ask_what_if,
        WhatIf | None,
        "[supervision] Whose risk would change if facts were not there, or ties and records were 假设分析.",
        {
            "changes": Argument(
                list[RiskChangeInput],
                "What would be different, 1 to 100 changes 假设变更.",
                read=read_changes,
            )
        },
    )
