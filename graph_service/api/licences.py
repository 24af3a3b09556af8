"""Work-safety licences scope by scope: the types of ``use_cases.licences``."""

from __future__ import annotations

from typing import Any

import strawberry

from graph_service.api.lending import RuleFinding
from graph_service.api.nodes import NODE_TYPES, Party

_PERMIT: Any = NODE_TYPES["Permit"]


@strawberry.type(description="The licences of a party for one scope 同一许可范围的许可.")
class LicenceScope:
    """Mirrors ``use_cases.licences.LicenceScope``."""

    content: str | None = strawberry.field(
        description="What is licensed; null where no licence says so 许可范围."
    )
    licences: list[_PERMIT] = strawberry.field(
        description="Those that have begun and stand, the one that holds longest first 许可."
    )
    event: RuleFinding | None = strawberry.field(
        description="FIRED: none holds any more; PASSED; UNKNOWN: no last day is stated; null: no rule in force 到期预警."
    )


@strawberry.type(description="[supervision] The work-safety licences of a party 安全生产许可.")
class SafetyLicences:
    """Mirrors ``use_cases.licences.SafetyLicences``."""

    party: Party = strawberry.field(description="The party asked about 主体.")
    scopes: list[LicenceScope] = strawberry.field(
        description="Scope by scope; empty: none reported 许可范围."
    )
    rulebook: str = strawberry.field(description="The rulebook that governed, <id>@<version> 规则集.")
