"""Money on the wire: exact fen with the currency."""

from __future__ import annotations

from dataclasses import dataclass

import strawberry

from graph_service.api.scalars import Long


@strawberry.type(description="An amount of money, exact 金额.")
class Money:
    """Fen and currency."""

    fen: Long = strawberry.field(description="Amount in fen, 1/100 yuan, as decimal text 金额（分）.")
    currency: str = strawberry.field(description="ISO 4217 code, CNY 币种.")


@dataclass(frozen=True, slots=True)
class Amount:
    """What a Money is resolved from."""

    fen: int
    currency: str = "CNY"
