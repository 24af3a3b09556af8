"""Policies by rating and certificate: the types of ``use_cases.support``."""

from __future__ import annotations

import strawberry

from graph_service.api.lending import CREDIT_DECISION, RuleFinding
from graph_service.api.nodes import LegalEntity, Node


@strawberry.type(description="The ladder on which grades are compared 信用等级体系.")
class GradeLadder:
    """Mirrors ``use_cases.support.GradeLadder``."""

    scheme: str = strawberry.field(description="As in `Rating.scheme` 评价体系.")
    name: str = strawberry.field(description="Its name 名称.")
    grades: list[str] = strawberry.field(description="Its grades, the best first 等级（由高到低）.")
    least: str = strawberry.field(description="The least grade that counts, inclusive 最低等级（含）.")
    citation: str = strawberry.field(description="Where the order is laid down 依据.")


@strawberry.type(description="[financing] One policy for one enterprise 一项政策的准入结论.")
class PolicyAnswer:
    """Mirrors ``use_cases.support.PolicyAnswer``."""

    policy: str = strawberry.field(description="Id of its rulebook 政策编号.")
    name: str = strawberry.field(description="Its name 名称.")
    decision: CREDIT_DECISION = strawberry.field(description="The answer 结论.")
    findings: list[RuleFinding] = strawberry.field(description="Every rule in force 逐条规则.")
    records: list[Node] = strawberry.field(
        description="The ratings or certificates that were decided by; none: none that you may see 评级或者证书."
    )
    ladder: GradeLadder | None = strawberry.field(
        description="On which grades were compared; null where none are 等级体系."
    )
    rulebook: str = strawberry.field(description="The rulebook that governed, <id>@<version> 规则集.")


@strawberry.type(description="[financing] Every policy for one enterprise 优惠政策与专项产品准入.")
class SupportPolicies:
    """Mirrors ``use_cases.support.SupportPolicies``."""

    enterprise: LegalEntity = strawberry.field(description="Whose 企业.")
    policies: list[PolicyAnswer] = strawberry.field(description="Policy by policy 政策.")
