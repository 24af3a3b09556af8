"""How far does a guarantee reach 担保链: everyone behind one guarantor, to the end, and what they borrowed."""

from __future__ import annotations

from dataclasses import dataclass

from algorithms.evidence import Fact
from algorithms.walks.guarantee_chain import ChainResult, guarantee_chain
from algorithms.walks.guarantees import GuaranteeNetwork, guarantee_network, loans_of
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe


@dataclass(frozen=True)
class Reached:
    """A party in the chain: its least distance, and the facts of the last hop that reaches it (none beyond evidence)."""

    party: NodeAnswer
    depth: int
    through: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class GuaranteeChainAnswer:
    """Everyone a guarantor stands behind, directly or through others.

    ``loan_count`` and ``loan_sum_fen`` are of the distinct loans that the reached parties applied for or owe, as far as
    the caller may see them; ``loans_without_amount`` are counted but not summed.
    """

    start: NodeAnswer
    reached: tuple[Reached, ...]
    loan_count: int
    loan_sum_fen: int
    loans_without_amount: int


def follow_guarantees(asking: Asking, start_id: str) -> GuaranteeChainAnswer:
    """Follow guarantor → guaranteed to the end. O(V + E) of the guarantee network.

    Raises
    ------
    NotFound
        No such party, for this caller.
    """
    start = asking.party(start_id)
    network = guarantee_network(asking.view)
    graph = network.adjacency(len(asking.projection))
    chain = guarantee_chain(graph.indptr, graph.indices, start)
    loans = loans_of(asking.view, chain.reached)
    amounts = asking.projection.frames["Loan"]["principal_fen"].gather(
        loans - asking.projection.spans["Loan"][0]
    )
    asking.about(*(asking.projection.ids[p] for p in chain.reached))
    return GuaranteeChainAnswer(
        describe(asking, start),
        tuple(_reached(asking, network, chain, place) for place in range(len(chain.reached))),
        len(loans),
        sum(amount for amount in amounts if amount is not None),
        amounts.null_count(),
    )


def _reached(asking: Asking, network: GuaranteeNetwork, chain: ChainResult, place: int) -> Reached:
    p = asking.projection
    node, through = int(chain.reached[place]), int(chain.predecessor[place])
    facts = [
        f
        for hop in network.between(through, node)
        for f in (p.fact("GUARANTOR", int(network.by[hop])), p.fact("BENEFICIARY", int(network.of[hop])))
    ]
    return Reached(describe(asking, node), int(chain.depth[place]), p.ids[through], tuple(facts))
