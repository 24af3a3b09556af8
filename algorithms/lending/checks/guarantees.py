"""Who guarantees a member's loans, whether he was called upon already, and whether a product has what its form needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from algorithms.lending.checks.columns import Column, found
from algorithms.lending.pool import Pool
from algorithms.lending.study import Study
from algorithms.walks.links import Place, as_nodes, incoming, node_rows, outgoing

Named = Mapping[int, Mapping[int, Sequence[Place]]]
"""Member → party → facts that name the party."""


def guarantees_called(study: Study) -> tuple[Column, ...]:
    """A guarantor of the member who has already been called upon, for whomever."""
    pool = study.pool
    guarantors = guarantors_of(pool)
    parties = as_nodes(sorted({g for named in guarantors.values() for g in named}))
    links = outgoing(pool.view, "GUARANTOR", parties)
    called_on = node_rows(pool.projection, "Guarantee", links.node, "called_on")
    called: dict[int, list[Place]] = {}
    for (row, _, place), guarantee in zip(links.triples(), called_on, strict=True):
        if guarantee["called_on"] is not None and guarantee["called_on"] <= pool.day:
            called.setdefault(int(parties[row]), []).append(place)
    return (
        found(
            "guarantor_called",
            [
                [
                    p
                    for g, places in guarantors.get(m, {}).items()
                    if g in called
                    for p in (*places, *called[g])
                ]
                for m in pool.rows.tolist()
            ],
        ),
    )


def form_of_product(study: Study) -> tuple[Column, ...]:
    """The form of the programme's product, and what the forms need: a receivable on the core, a guarantor (S3-08)."""
    pool = study.pool
    places = outgoing(pool.view, "UNDER_PRODUCT", as_nodes([pool.programme])).places()
    size = len(pool.rows)
    receivables: list[list[Place]] = [[] for _ in range(size)]
    for claim in study.receivables:
        if claim.debtor == pool.core:
            receivables[claim.row] += claim.places
    guarantors = guarantors_of(pool)
    named = [[p for facts in guarantors.get(m, {}).values() for p in facts] for m in pool.rows.tolist()]
    return (
        Column("product_form", [_form(pool)] * size, dict.fromkeys(range(size), places)),
        found("has_receivable", receivables),
        found("has_guarantor", named),
    )


def _form(pool: Pool) -> str | None:
    """Form of the product, the first by id where the programme names several; NONE without one."""
    products = np.unique(outgoing(pool.view, "UNDER_PRODUCT", as_nodes([pool.programme])).node)
    if not len(products):
        return "NONE"
    first = min(products.tolist(), key=pool.projection.ids.__getitem__)
    form = node_rows(pool.projection, "LoanProduct", [first], "form")[0]["form"]
    return None if form is None else str(form)


def guarantors_of(pool: Pool) -> dict[int, dict[int, list[Place]]]:
    """Member → its guarantors → the facts of the guarantee."""
    links = incoming(pool.view, "BENEFICIARY", pool.rows)
    guarantees = np.unique(links.node)
    by_guarantee: dict[int, list[tuple[int, Place]]] = {}
    for row, party, place in incoming(pool.view, "GUARANTOR", guarantees).triples():
        by_guarantee.setdefault(int(guarantees[row]), []).append((party, place))
    found: dict[int, dict[int, list[Place]]] = {}
    for row, guarantee, place in links.triples():
        for party, named in by_guarantee.get(guarantee, ()):
            found.setdefault(int(pool.rows[row]), {}).setdefault(party, []).extend((named, place))
    return found
