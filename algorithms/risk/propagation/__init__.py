"""Risk propagation 风险传导: from dated seeds along dated channels to an explained score of every party."""

from algorithms.risk.propagation.explain import Contribution, Explanation, Hop, explain
from algorithms.risk.propagation.facts import Added
from algorithms.risk.propagation.propagate import propagate
from algorithms.risk.propagation.result import Propagation
from algorithms.risk.propagation.scores import Picture, risk_picture, risk_scores, riskiest
from algorithms.risk.propagation.update import Replacement, Update, seed_change, update
from algorithms.risk.propagation.what_if import AddedSeed, Changes, what_if

__all__ = [
    "Added",
    "AddedSeed",
    "Changes",
    "Contribution",
    "Explanation",
    "Hop",
    "Picture",
    "Propagation",
    "Replacement",
    "Update",
    "explain",
    "propagate",
    "risk_picture",
    "risk_scores",
    "riskiest",
    "seed_change",
    "update",
    "what_if",
]
