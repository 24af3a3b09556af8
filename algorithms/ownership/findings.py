"""What the beneficial-owner rule says about each person, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from algorithms.ownership.matrix import IntArray
from algorithms.ownership.paths import Path
from algorithms.result import Result


class Answer(StrEnum):
    """Yes, no, or not to be told from what is known 存疑."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Standard(IntEnum):
    """The standards of Order 2024 no. 3, art. 6."""

    EQUITY = 1  # 最终拥有 25% 以上股权、股份或者合伙权益
    RIGHTS = 2  # 最终享有 25% 以上收益权、表决权
    CONTROL = 3  # 单独或者联合进行实际控制
    MANAGER = 4  # 负责日常经营管理的人员


class EnhancedCheck(StrEnum):
    """Why a person must look at the file 强化核查."""

    CIRCULAR = "circular_holding"
    STRADDLES = "walks_and_paths_straddle_the_line"
    NOMINEE = "nominee_holding"
    OVERDECLARED = "more_than_100_percent_declared"
    CONTRADICTORY = "circle_without_outside_owner"


@dataclass(frozen=True)
class Finding:
    """One standard tried on one person.

    Attributes
    ----------
    standard : Standard
    ground : str
        ``equity``, ``income``, ``voting``, or ``declared_`` one of them where it is declared as a whole; for control the channel (``votes``, ``board``, ``stated``, ``partner``,
        ``concert``); ``manager``.
    answer : Answer
    value, least, most : float
        The share that was compared, as declared and its bounds, in [0, 1]; for control the votes at his disposal.
    at_boundary : bool
        A bound sits on the line itself.
    paths : tuple of Path
        Heaviest chains (standards 1 and 2), or the edges that carry control, in the caller's indices.
    """

    standard: Standard
    ground: str
    answer: Answer
    value: float
    least: float
    most: float
    at_boundary: bool = False
    paths: tuple[Path, ...] = ()


@dataclass(frozen=True)
class BeneficialOwner:
    """One person 受益所有人 (or not), with every finding.

    Attributes
    ----------
    person : int
    decision : Answer
    findings : tuple of Finding
    walks, simple : float
        Final capital share over all walks, and over simple paths.
    straddles : tuple of float
        Lines (20, 25, 50 %) that the one reaches and the other does not.
    """

    person: int
    decision: Answer
    findings: tuple[Finding, ...]
    walks: float
    simple: float
    straddles: tuple[float, ...]

    @property
    def standards(self) -> tuple[Standard, ...]:
        """Standards that are met."""
        return tuple(sorted({f.standard for f in self.findings if f.answer is Answer.YES}))


@dataclass(frozen=True, eq=False)
class BeneficialOwners(Result[IntArray]):
    """The answer for one company.

    Attributes
    ----------
    value : int64 array
        Persons who are beneficial owners, sorted.
    decision : Answer
        YES: these are all. NO: nobody qualifies, and no manager is known. UNKNOWN: the list may be incomplete.
    owners : tuple of BeneficialOwner
        Every person upstream, beneficial owners first, then the greatest possible share.
    unnamed_most : float
        The greatest final capital share of somebody whom nobody has named.
    unknown_because : tuple of str
        Why the list may be incomplete; empty when it is not.
    enhanced_check : tuple of EnhancedCheck
    """

    decision: Answer
    owners: tuple[BeneficialOwner, ...]
    unnamed_most: float
    unknown_because: tuple[str, ...]
    enhanced_check: tuple[EnhancedCheck, ...]
