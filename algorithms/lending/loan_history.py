"""Whether an enterprise ever borrowed 有无信贷记录 (S3-02), as far as a caller may see the loans: never a false no."""

from __future__ import annotations

import numpy as np

from algorithms.projection import View
from algorithms.walks.links import Nodes
from schema.access import Audience


def has_borrowed(view: View, party: int, bank: int | None = None) -> bool | None:
    """Say whether a party has, or ever had, a loan: at one bank, or at any.

    Parameters
    ----------
    view : View
        The caller's. Loans disbursed after its day do not count; repaid ones do.
    party : int
        Position.
    bank : int, optional
        Position of the bank: only its loans count.

    Returns
    -------
    bool or None
        True: the caller sees such a loan. False: the bank's book is open to him, holds loans, and none of this party. None:
        he cannot know. Without a bank there is no False: nobody sees the book of every bank, nor knows that it was delivered.

    Notes
    -----
    No fact of a shared class stands in for a loan: a guarantee or a mortgage would give another bank's loan away. O(loans).
    """
    loans = _loans_to(view, party)
    book = None if bank is None else _book(view, bank)
    if len(loans if book is None else np.intersect1d(loans, book)):
        return True
    return False if bank is not None and _is_open(view, bank) and book is not None and len(book) else None


def _loans_to(view: View, party: int) -> Nodes:
    p, edges, places = view.projection, view.projection.edges["LENT_TO"], view.begun("LENT_TO")
    loans: Nodes = edges.start[places[edges.end[places] == party]].astype(np.int64)
    paid_out = p.frames["Loan"]["disbursed_on"].gather(loans - p.spans["Loan"][0])
    known: Nodes = loans[(paid_out.is_null() | (paid_out <= view.as_of)).to_numpy()]
    return known


def _book(view: View, bank: int) -> Nodes:
    edges, places = view.projection.edges["LENT_BY"], view.begun("LENT_BY")
    book: Nodes = edges.start[places[edges.end[places] == bank]].astype(np.int64)
    return book


def _is_open(view: View, bank: int) -> bool:
    access = view.access
    return Audience.BANK_PRIVATE in access.classes or view.projection.ids[bank] in access.banks
