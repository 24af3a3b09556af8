"""How far a guarantee reaches: the types of ``use_cases.guarantees``."""

from __future__ import annotations

import strawberry

from graph_service.api.amounts import Money
from graph_service.api.connections import Connection, listing
from graph_service.api.evidence import Fact
from graph_service.api.nodes import Party


@strawberry.type(description="A party in a guarantee chain 担保链上的主体.")
class Reached:
    """Mirrors ``Reached``."""

    party: Party = strawberry.field(description="Who 主体.")
    depth: int = strawberry.field(description="Least number of guarantees away 层级.")
    through: str = strawberry.field(description="Graph id of the guarantor one step nearer 上一担保人.")
    facts: list[Fact] = strawberry.field(description="The facts of that last step 依据.")


@strawberry.type(description="[supervision] Everyone behind whom a guarantor stands, to the end 担保链.")
class GuaranteeChain:
    """Mirrors ``GuaranteeChainAnswer``."""

    start: Party = strawberry.field(description="The guarantor asked about 担保人.")
    reached: Connection[Reached] = listing("reached", Connection[Reached], "Nearest first 被担保主体.")
    loan_count: int = strawberry.field(
        description="Distinct loans of the reached parties that the caller may see 贷款笔数."
    )
    loan_sum: Money = strawberry.field(description="Sum of those whose amount is known 贷款金额合计.")
    loans_without_amount: int = strawberry.field(
        description="How many of them state no amount 未载明金额的笔数."
    )
