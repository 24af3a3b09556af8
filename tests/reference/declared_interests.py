"""Declared interests read one fact at a time, as the module's sentences say, over dictionaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Pair = tuple[str, str]
Bounds = tuple[float, float]

CONTROL = {
    "CONTROL_VIA_COMPANY_RULES_OR_ARTICLES",
    "CONTROL_BY_LEGAL_FRAMEWORK",
    "NOMINATOR",
    "ACCOUNTING_CONSOLIDATION",
    "HEAD_OFFICE",
}
CONTROL_IF_TOLD = {
    "OTHER_INFLUENCE_OR_CONTROL",
    "RIGHTS_GRANTED_BY_CONTRACT",
    "SETTLOR",
    "TRUSTEE",
    "PROTECTOR",
}
PERHAPS = {
    "CONDITIONAL_RIGHTS_GRANTED_BY_CONTRACT",
    "UNKNOWN_INTEREST",
    "UNPUBLISHED_INTEREST",
    "FUND_MANAGEMENT",
}
RIGHTS = {
    "SHAREHOLDING": ("equity", "share_ratio"),
    "VOTING_RIGHTS": ("voting", "voting_ratio"),
    "RIGHTS_TO_PROFIT_OR_INCOME": ("income", "income_ratio"),
}


def bounds(row: Mapping[str, Any], exact: str = "share_ratio") -> Bounds:
    for name in dict.fromkeys((exact, "share_ratio")):
        if row.get(name) is not None:
            return row[name], row[name]
    low, high = row.get("share_min_ratio"), row.get("share_max_ratio")
    return low if low is not None else 0.0, high if high is not None else 1.0


def rights(
    interests: Iterable[Mapping[str, Any]], owns: Iterable[Mapping[str, Any]]
) -> dict[str, dict[Pair, Bounds]]:
    """Per right and pair: direct (as declared in a band, else as held) plus through others."""
    told: dict[str, dict[Pair, dict[str, list[Bounds]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for row in interests:
        if row["interest"] not in RIGHTS:
            continue
        right, _ = RIGHTS[row["interest"]]
        far = row["directness"] == "INDIRECT"
        if far or (right != "equity" and row.get("share_ratio") is None):
            told[right][row["start"], row["end"]]["far" if far else "near"].append(bounds(row))
    found: dict[str, dict[Pair, Bounds]] = {}
    for right, pairs in told.items():
        exact = next(name for r, name in RIGHTS.values() if r == right)
        for pair, parts in pairs.items():
            held = [bounds(row, exact) for row in owns if (row["start"], row["end"]) == pair]
            near = (
                _together(parts["near"])
                if parts["near"]
                else (sum(b[0] for b in held), sum(b[1] for b in held))
            )
            far_low, far_high = _together(parts["far"])
            total = min(1.0, near[0] + far_low), min(1.0, near[1] + far_high)
            found.setdefault(right, {})[pair] = total
    return found


def _together(said: list[Bounds]) -> Bounds:
    return max((b[0] for b in said), default=0.0), min(1.0, sum(b[1] for b in said))


def control(
    interests: Iterable[Mapping[str, Any]], owns: Iterable[Mapping[str, Any]]
) -> tuple[set[Pair], set[Pair]]:
    """Who is stated to control whom, and who is or may be."""
    interests = list(interests)
    sure, may = set[Pair](), set[Pair]()
    for row in interests:
        is_so, may_be = _alone(row)
        sure |= {(row["start"], row["end"])} if is_so else set()
        may |= {(row["start"], row["end"])} if may_be else set()
    for right, pairs in rights(interests, list(owns)).items():
        for pair, (low, high) in pairs.items():
            if (right == "voting" and low > 0.5 + 1e-9) or (right == "equity" and low > 1 - 1e-9):
                sure.add(pair)
            if right != "income" and high > 0.5 + 1e-9:
                may.add(pair)
    return sure, sure | may


def _alone(row: Mapping[str, Any]) -> tuple[bool, bool]:
    kind = row["interest"]
    if kind == "APPOINTMENT_OF_BOARD":
        low, high = bounds(row)
        if all(row.get(n) is None for n in ("share_ratio", "share_min_ratio", "share_max_ratio")):
            return True, True
        return low > 0.5 + 1e-9, high > 0.5 + 1e-9
    if kind in CONTROL or (kind in CONTROL_IF_TOLD and row.get("beneficial_owner")):
        return True, True
    return False, kind in CONTROL_IF_TOLD | PERHAPS
