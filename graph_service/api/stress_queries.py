"""The query of the coupled stress test."""

from __future__ import annotations

import strawberry

from graph_service.api.ids import read_id
from graph_service.api.operations import Argument, operation
from graph_service.api.stress import StressTest
from graph_service.use_cases.stress import run_stress_test
from schema.nodes import PARTY


@strawberry.type
class StressQueries:
    """What if."""

    stress_test: StressTest | None = operation(
        "stressTest",
        run_stress_test,
        StressTest | None,
        "[supervision] What happens when these parties stop: output, claims, guarantees, group limits 耦合压力测试.",
        {
            "failing": Argument(
                list[strawberry.ID],
                "Ids of 1 to 100 parties that stop, opaque or plain 停产主体标识.",
                read=lambda texts: tuple(read_id(text, *PARTY) for text in texts),
            )
        },
    )
