"""Numbers out: pure functions from arrays to results that carry their reasons.

The names below are the functional API 函数式接口 over NumPy arrays and SciPy sparse matrices. Each returns a frozen result
with ``value``, ``residual``, ``iterations`` and ``converged``; docs/methods.md has a card for each. They are loaded when
first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from algorithms.functional import (
        beneficial_owners,
        close_links,
        control,
        guarantee_circles,
        integrated_ownership,
        power_index,
    )
    from algorithms.ownership.beneficial_owners import BeneficialOwnerOptions
    from algorithms.ownership.case import ControlStatements, OwnershipCase
    from algorithms.result import Result
    from algorithms.risk.clearing import clearing_vector
    from algorithms.risk.debtrank import debtrank
    from algorithms.risk.esri import esri
    from algorithms.risk.guarantees import guarantee_calls
    from algorithms.risk.propagation.propagate import propagate
    from algorithms.risk.stress import stress_test
    from algorithms.risk.stress_case import GroupLimits, StressAssumptions, StressCase

__all__ = [
    "BeneficialOwnerOptions",
    "ControlStatements",
    "GroupLimits",
    "OwnershipCase",
    "Result",
    "StressAssumptions",
    "StressCase",
    "beneficial_owners",
    "clearing_vector",
    "close_links",
    "control",
    "debtrank",
    "esri",
    "guarantee_calls",
    "guarantee_circles",
    "integrated_ownership",
    "power_index",
    "propagate",
    "stress_test",
]

_ROOMS = {
    "BeneficialOwnerOptions": "ownership.beneficial_owners",
    "ControlStatements": "ownership.case",
    "GroupLimits": "risk.stress_case",
    "OwnershipCase": "ownership.case",
    "Result": "result",
    "StressAssumptions": "risk.stress_case",
    "StressCase": "risk.stress_case",
    "beneficial_owners": "functional",
    "clearing_vector": "risk.clearing",
    "close_links": "functional",
    "control": "functional",
    "debtrank": "risk.debtrank",
    "esri": "risk.esri",
    "guarantee_calls": "risk.guarantees",
    "guarantee_circles": "functional",
    "integrated_ownership": "functional",
    "power_index": "functional",
    "propagate": "risk.propagation.propagate",
    "stress_test": "risk.stress",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'algorithms' has no attribute {name!r}")
    found = getattr(import_module(f"algorithms.{_ROOMS[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
