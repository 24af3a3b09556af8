"""Whether an enterprise ever borrowed 有无信贷记录 (S3-02), for who may see the loans."""

from __future__ import annotations

from algorithms.lending.loan_history import has_borrowed
from graph_service.asking import Asking


def has_loan_history(asking: Asking, enterprise_id: str, bank_id: str | None) -> bool | None:
    """Say whether an enterprise has or had a loan, at a bank or at any; None where the caller cannot know.

    Raises
    ------
    NotFound
        No such enterprise or bank, for this caller.
    """
    enterprise = asking.party(enterprise_id)
    bank = None if bank_id is None else asking.party(bank_id)
    return has_borrowed(asking.view, enterprise, bank)
