"""What two names, or two parties, have in common: one finding a feature, each with its weight declared here.

The score of a comparison is the product of its factors, so that one look at the features says where it comes from. The
factors are ours, set by what each finding means and not fitted to data; they are part of ``ALGORITHM``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import prod
from typing import Final

ALGORITHM: Final = "xinlian-names-2"
"""Version of factors, thresholds and word lists: a decision names the one it was made with."""

MATCH_FROM: Final = 0.9
REVIEW_FROM: Final = 0.6


class Verdict(StrEnum):
    """What one feature says."""

    DECIDES = "DECIDES"
    AGREES = "AGREES"
    PARTLY = "PARTLY"
    UNKNOWN = "UNKNOWN"
    DIFFERS = "DIFFERS"
    VETOES = "VETOES"


class Decision(StrEnum):
    """What a comparison comes to, best last."""

    NO = "no"
    REVIEW = "review"
    MATCH = "match"


@dataclass(frozen=True)
class Feature:
    """One finding.

    Parameters
    ----------
    name : str
        What was compared: ``brand``, ``region``, ….
    outcome : str
        How it came out; with ``name`` a key of ``OUTCOMES``.
    left, right : str
        What was compared, as read; empty for what is personal.
    """

    name: str
    outcome: str
    left: str = ""
    right: str = ""

    @property
    def verdict(self) -> Verdict:
        """What it says."""
        return OUTCOMES[self.name, self.outcome][0]

    @property
    def factor(self) -> float:
        """By what it multiplies the score, in [0, 1]."""
        return OUTCOMES[self.name, self.outcome][1]

    @property
    def zh(self) -> str:
        """The finding in Chinese."""
        return OUTCOMES[self.name, self.outcome][2]

    @property
    def en(self) -> str:
        """The finding in English."""
        return OUTCOMES[self.name, self.outcome][3]


@dataclass(frozen=True)
class Match:
    """A comparison of two parties.

    Parameters
    ----------
    score : float
        In [0, 1].
    decision : Decision
    features : tuple of Feature
        Every finding, those that decide first.
    algorithm : str
        Version of the matcher.
    """

    score: float
    decision: Decision
    features: tuple[Feature, ...]
    algorithm: str = ALGORITHM

    @property
    def evidence(self) -> int:
        """How much speaks for it, beside the score: identifiers before attributes before words. Ranks ties."""
        weights = {Verdict.DECIDES: 100, Verdict.AGREES: 10, Verdict.PARTLY: 3}
        return sum(weights.get(feature.verdict, 0) for feature in self.features)


def judged(features: Iterable[Feature]) -> Match:
    """Weigh findings: a veto wins over everything, then an equal identifier, then the product of the factors."""
    found = tuple(sorted(features, key=lambda f: f.verdict not in (Verdict.VETOES, Verdict.DECIDES)))
    verdicts = {feature.verdict for feature in found}
    if Verdict.VETOES in verdicts:
        return Match(0.0, Decision.NO, found)
    if Verdict.DECIDES in verdicts:
        return Match(1.0, Decision.MATCH, found)
    score = round(prod(feature.factor for feature in found), 4)
    return Match(score, decision_of(score), found)


def decision_of(score: float) -> Decision:
    """Return what a score comes to."""
    if score >= MATCH_FROM:
        return Decision.MATCH
    return Decision.REVIEW if score >= REVIEW_FROM else Decision.NO


_D, _A, _P, _U, _X, _V = (
    Verdict.DECIDES,
    Verdict.AGREES,
    Verdict.PARTLY,
    Verdict.UNKNOWN,
    Verdict.DIFFERS,
    Verdict.VETOES,
)

# (feature, outcome) -> verdict, factor, Chinese, English.
OUTCOMES: Final[dict[tuple[str, str], tuple[Verdict, float, str, str]]] = {
    # identifiers
    ("uscc", "equal"): (_D, 1.0, "统一社会信用代码相同", "The unified social credit codes are equal."),
    ("uscc", "differs"): (_V, 0.0, "统一社会信用代码不同", "The unified social credit codes differ."),
    ("lei", "equal"): (_D, 1.0, "法人识别编码相同", "The LEIs are equal."),
    ("lei", "differs"): (_X, 0.7, "法人识别编码不同", "The LEIs differ; one may be a duplicate."),
    ("identity", "equal"): (_D, 1.0, "证件号码相同", "The identity numbers are equal."),
    ("identity", "differs"): (_V, 0.0, "证件号码不同", "The identity numbers differ."),
    # company names
    ("brand", "equal"): (_A, 1.0, "字号相同", "The brands are equal."),
    ("brand", "sound"): (_A, 0.96, "字号读音与拼音一致", "One brand is the other one in pinyin."),
    ("brand", "close"): (_P, 0.7, "字号相近", "One brand is part of the other, or a letter away from it."),
    ("brand", "differs"): (_X, 0.2, "字号不同", "The brands differ, and the brand decides."),
    ("industry", "equal"): (_A, 1.0, "行业表述相同", "The industries are equal."),
    ("industry", "rendered"): (_A, 0.98, "行业表述为译名", "One industry is the other one in translation."),
    ("industry", "absent"): (_P, 0.8, "一方未写行业", "One name says no industry."),
    ("industry", "part"): (_P, 0.8, "行业表述部分相同", "The industries share some words."),
    ("industry", "differs"): (_X, 0.3, "行业表述不同", "The industries differ."),
    ("form", "equal"): (_A, 1.0, "组织形式相同", "The legal forms are equal."),
    ("form", "absent"): (_P, 0.95, "一方未写明组织形式", "One name says no certain legal form."),
    (
        "form",
        "converted",
    ): (
        _P,
        0.75,
        "有限责任公司与股份有限公司，可能改制",
        "A limited company and a company limited by shares: perhaps converted.",
    ),
    ("form", "differs"): (_X, 0.3, "组织形式不同", "The legal forms differ."),
    ("region", "equal"): (_A, 1.0, "名称中的行政区划一致", "The regions in the names agree."),
    ("region", "code"): (
        _A,
        0.97,
        "一方名称无行政区划，登记地一致",
        "Only one name says a region; both are registered in one city.",
    ),
    ("region", "sole"): (
        _P,
        0.95,
        "一方名称无行政区划，此字号与行业仅见于一地",
        "Only one name says a region; no other place has this brand and industry.",
    ),
    ("region", "absent"): (_P, 0.85, "一方名称无行政区划", "Only one name says a region."),
    ("region", "common"): (
        _P,
        0.75,
        "一方名称无行政区划，此字号与行业见于多地",
        "Only one name says a region; several places have this brand and industry.",
    ),
    ("region", "none"): (_U, 0.95, "双方名称均无行政区划", "Neither name says a region."),
    ("region", "levels"): (
        _P,
        0.85,
        "行政区划层级不同，无法比较",
        "The regions are of levels that cannot be compared.",
    ),
    ("region", "differs"): (_X, 0.3, "名称中的行政区划不同", "The regions in the names differ."),
    ("registered_in", "moved"): (
        _P,
        0.92,
        "登记地不同，可能迁移",
        "Registered in different cities: perhaps moved.",
    ),
    ("registered_in", "differs"): (_X, 0.5, "登记地不同", "Registered in different cities."),
    ("branch", "equal"): (_A, 1.0, "为同一分支机构", "Both name the same branch."),
    ("branch", "differs"): (_X, 0.2, "分支机构不同", "They are different branches."),
    ("branch", "head"): (_X, 0.2, "一方为分支机构，一方为总机构", "One is a branch, the other the head."),
    ("former_name", "used"): (_P, 0.95, "与曾用名一致", "The name is a former one."),
    # people
    ("name", "equal"): (_A, 1.0, "姓名相同", "The names are equal."),
    ("name", "sound"): (_A, 0.95, "姓名读音与拼音一致", "One name is the other one in pinyin."),
    ("name", "differs"): (_X, 0.2, "姓名不同", "The names differ."),
    ("corroboration", "none"): (_P, 0.66, "仅姓名相同，不足以认定", "The name alone says who nobody is."),
    ("corroboration", "one"): (_P, 0.8, "除姓名外仅一项佐证", "Only one attribute beside the name agrees."),
    ("corroboration", "two"): (
        _A,
        1.0,
        "除姓名外至少两项佐证",
        "At least two attributes beside the name agree.",
    ),
    ("birth_year", "equal"): (_A, 1.0, "出生年相同", "The years of birth are equal."),
    ("birth_year", "differs"): (_X, 0.2, "出生年不同", "The years of birth differ."),
    ("id_mask", "equal"): (_A, 1.0, "证件号掩码一致", "The masked identity numbers agree."),
    ("id_mask", "differs"): (_X, 0.2, "证件号掩码不一致", "The masked identity numbers differ."),
    ("ties", "shared"): (_A, 1.0, "任职或持股于同一企业", "Both run or own the same enterprise."),
    ("contacts", "shared"): (_A, 1.0, "联系方式相同", "Both are reached at the same contact."),
}
