"""1+N chain credit 整链授信: may this member borrow under that core enterprise, how much, and why."""

from algorithms.lending.decision import decide_member, decide_programme
from algorithms.lending.policy import Policy
from algorithms.lending.pool import Inquiry
from algorithms.lending.result import (
    ClaimFinding,
    ClaimKind,
    ClaimOutcome,
    Decision,
    MemberDecision,
    PoolLimit,
    ProgrammeDecision,
    RequiredCheck,
    RuleFinding,
    Term,
    TermStatus,
)

__all__ = [
    "ClaimFinding",
    "ClaimKind",
    "ClaimOutcome",
    "Decision",
    "Inquiry",
    "MemberDecision",
    "Policy",
    "PoolLimit",
    "ProgrammeDecision",
    "RequiredCheck",
    "RuleFinding",
    "Term",
    "TermStatus",
    "decide_member",
    "decide_programme",
]
