"""What does each holder have of this enterprise 四项数值: final share, control, close link and power, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from algorithms.evidence import Fact
from algorithms.ownership.four_answers import HolderNumbers, NumbersOptions, ownership_numbers
from algorithms.ownership.projected import control_facts, ownership_case
from graph_service.asking import Asking
from graph_service.use_cases.ownership import Chain, chain, enterprise_of, finite
from graph_service.use_cases.parties import NodeAnswer, describe

CONTROL_RULE = (
    "Seeds and all that they control hold more than 50 % of the votes or board seats, or are the general partner "
    "种子及其控制者合计持有半数以上（不含半数）表决权、董事席位，或为普通合伙人"
)
CITATIONS = (
    "公司法（2023修订）第二百六十五条：控股股东、实际控制人",
    "Guideline (EU) 2015/510, art. 138(2): close links at 20 % or more",
    "受益所有人信息管理办法（中国人民银行、市场监管总局令〔2024〕第3号）第六条：25%以上",
)


@dataclass(frozen=True)
class HolderNumbersAnswer:
    """One holder, or several who act as one, with the four answers and their grounds."""

    parties: tuple[NodeAnswer, ...]
    direct: float
    walks: float | None
    least: float
    most: float
    corrected: float | None
    simple: float
    simple_most: float
    straddles: tuple[float, ...]
    at_boundary: tuple[float, ...]
    votes: float
    controls: str
    channel: str
    control_facts: tuple[Fact, ...]
    close_link: str
    power: float | None
    power_error: float | None
    chains: tuple[Chain, ...]


@dataclass(frozen=True)
class OwnershipNumbersAnswer:
    """The four answers for every holder of an enterprise, or for one."""

    enterprise: NodeAnswer
    holders: tuple[HolderNumbersAnswer, ...]
    converged: bool
    residual: float | None
    no_power_because: str
    control_rule: str
    citations: tuple[str, ...]
    border: str | None


def find_ownership_numbers(
    asking: Asking, enterprise_id: str, holder_id: str | None = None, floor: float = 0.05
) -> OwnershipNumbersAnswer:
    """Say what every holder has of an enterprise, by all four measures.

    Parameters
    ----------
    holder_id : str, optional
        Only this holder, and the groups in which he acts.
    floor : float
        Without a holder: from which final share, or part of the votes, holders are listed; 0 to 1.

    Raises
    ------
    InputError
        A floor outside its range.
    NotFound
        No such enterprise or holder, for this caller.
    """
    target = enterprise_of(asking, enterprise_id)
    holder = None if holder_id is None else asking.party(holder_id)
    found = ownership_numbers(ownership_case(asking.view), target, NumbersOptions(holder, floor))
    holders = tuple(_holder(asking, numbers) for numbers in found.holders)
    asking.about(*(party.id for each in holders for party in each.parties))
    return OwnershipNumbersAnswer(
        describe(asking, target),
        holders,
        found.converged,
        finite(found.residual),
        found.no_power_because,
        CONTROL_RULE,
        CITATIONS,
        asking.border,
    )


def _holder(asking: Asking, numbers: HolderNumbers) -> HolderNumbersAnswer:
    power = finite(numbers.power)
    return HolderNumbersAnswer(
        tuple(describe(asking, p) for p in numbers.parties),
        numbers.direct,
        finite(numbers.walks),
        numbers.least,
        numbers.most,
        finite(numbers.corrected),
        numbers.simple,
        numbers.simple_most,
        numbers.straddles,
        numbers.at_boundary,
        numbers.votes,
        str(numbers.controls),
        numbers.channel,
        control_facts(asking.view, numbers.control_edges),
        str(numbers.close_link),
        power,
        None if power is None else numbers.power_error,
        tuple(chain(asking, path) for path in numbers.paths),
    )
