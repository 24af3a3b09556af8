"""What is delivered here, by whom, in which form, and on which terms: the department catalogue 部门数据目录."""

from __future__ import annotations

from dataclasses import dataclass

from graph_service.asking import Asking
from loaders.agreements import Agreements
from schema.datasets import DATASETS, DEPARTMENTS, Dataset, Status, predecessors_of


@dataclass(frozen=True)
class Supplier:
    """A department of today, and those whose records it answers for."""

    code: str
    name: str
    predecessors: tuple[str, ...]


@dataclass(frozen=True)
class CatalogueEntry:
    """One dataset of the catalogue.

    Parameters
    ----------
    code, name : str
    status : str
        ASSIGNED, or UNASSIGNED when no department has the duty.
    suppliers : tuple of Supplier
    kind : str or None
        Canonical format; None for what is not delivered as records.
    audience : str or None
        Data class: who may see it is decided by it, dataset by dataset.
    node, relationships : str or None, tuple of str
        What a row becomes.
    fields, columns : tuple of str
        Key fields, and every column that a file may have.
    rhythm, period_days : str, int
        How often something new is due, beside the heartbeat of 24 hours.
    agreements : tuple of str
        Ids of the sharing agreements that name it.
    note : str
    """

    code: str
    name: str
    status: str
    suppliers: tuple[Supplier, ...]
    kind: str | None
    audience: str | None
    node: str | None
    relationships: tuple[str, ...]
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    rhythm: str
    period_days: int
    agreements: tuple[str, ...]
    note: str


def data_catalogue(_: Asking, agreements: Agreements, status: str | None) -> tuple[CatalogueEntry, ...]:
    """Return the datasets of a status, or all, in the order of the catalogue."""
    wanted = [d for d in DATASETS.values() if status is None or d.status is Status(status)]
    return tuple(_entry(dataset, agreements) for dataset in wanted)


def _entry(dataset: Dataset, agreements: Agreements) -> CatalogueEntry:
    kind = dataset.kind
    named = (a.id for a in agreements.all if any(t.dataset == dataset.code for t in a.terms))
    return CatalogueEntry(
        dataset.code,
        dataset.zh,
        dataset.status.value,
        tuple(Supplier(s, DEPARTMENTS[s].zh, predecessors_of(s)) for s in dataset.suppliers),
        kind.name if kind else None,
        kind.audience.value if kind else None,
        kind.node.label if kind and kind.node else None,
        tuple(dict.fromkeys(e.relationship for e in kind.edges)) if kind else (),
        dataset.fields,
        dataset.columns,
        dataset.rhythm.value,
        dataset.rhythm.days,
        tuple(named),
        dataset.note,
    )
