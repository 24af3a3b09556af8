"""Terms ``product`` and ``programme``: the product's cap, and the programme's cap less what members have drawn."""

from __future__ import annotations

from algorithms.lending.result import Term
from algorithms.lending.study import Study
from algorithms.lending.terms.build import BOOK, known, not_applicable, unknown
from algorithms.walks.links import as_nodes, node_rows, outgoing
from schema.money import Fen

PRODUCT = "S1-49; the product's own conditions (LoanProduct.cap_fen)"
PROGRAMME = "S1-49; the programme agreement (ChainProgram.cap_fen); T11"


def product_term(study: Study) -> Term:
    """Return the cap per client of the programme's product; the smallest where it names several."""
    pool = study.pool
    links = outgoing(pool.view, "UNDER_PRODUCT", as_nodes([pool.programme]))
    if not len(links):
        return not_applicable("product", "the programme names no product", PRODUCT)
    rows = node_rows(pool.projection, "LoanProduct", links.node, "name", "cap_fen")
    caps = [row["cap_fen"] for row in rows if row["cap_fen"] is not None]
    inputs = {
        "product": ", ".join(sorted(str(row["name"]) for row in rows)),
        "cap_fen": min(caps, default=None),
    }
    if len(caps) < len(rows):
        return unknown("product", ("LoanProduct.cap_fen",), PRODUCT, inputs)
    return known("product", min(caps), inputs, pool.cite(links.places()), PRODUCT)


def programme_term(study: Study) -> Term:
    """Return the programme's cap less the members' loans under it. The core's own draw counts in the allocation."""
    pool, cap = study.pool, study.pool.agreement["cap_fen"]
    drawn = study.book.total(loan for loan in study.book.under_programme() if pool.core not in loan.borrowers)
    inputs = {"cap_fen": cap, "drawn_fen": drawn.total_fen}
    if cap is None or drawn.total_fen is None:
        lacking = (
            *(("ChainProgram.cap_fen",) if cap is None else ()),
            *((BOOK,) if drawn.total_fen is None else ()),
        )
        return unknown("programme", lacking, PROGRAMME, inputs)
    facts = pool.cite([*pool.programme_places, *drawn.places])
    return known("programme", cap - drawn.total_fen, inputs, facts, PROGRAMME)


def core_draw(study: Study) -> Fen | None:
    """Return what the core itself has drawn under the programme (T11); None where it cannot be known.

    Said twice, by the agreement and by its loans: the larger counts, so that neither can hide a draw.
    """
    pool = study.pool
    lent = study.book.total(
        loan for loan in study.book.lent_to([pool.core]) if loan.under_programme
    ).total_fen
    stated = pool.agreement["core_draw_fen"]
    return None if lent is None else max(lent, stated or 0)
