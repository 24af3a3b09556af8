"""Who may be one, the slow and obvious way: everybody is compared with everybody."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from loaders.identity.company_features import Bearers
from loaders.identity.features import Decision
from loaders.identity.matching import Company, Party, Person, identified, match
from loaders.identity.same_as import Pair, pair_of


def all_pairs(parties: Sequence[Party]) -> dict[Pair, float]:
    """Return the score of every pair that is worth a proposal. O(n²)."""
    companies = [party for party in parties if isinstance(party, Company)]
    bearers = Bearers.of(name for each in companies for name in (each.name, *each.former_names))
    found = {}
    for one, other in combinations(parties, 2):
        if type(one) is not type(other) or (_coded(one) and _coded(other)):
            continue
        judged = match(one, other, bearers)
        alone = any((f.name, f.outcome) == ("corroboration", "none") for f in judged.features)
        if judged.decision is not Decision.NO and not alone:
            found[pair_of(one.id, other.id)] = judged.score
    return found


def _coded(party: Party) -> bool:
    return party.id == f"E:{party.uscc}" if not isinstance(party, Person) else bool(identified(party.id))
