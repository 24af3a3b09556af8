"""Loans, applications and consents 贷款、申请、授权."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from loaders.city.site import Site
from schema.periods import SHANGHAI

_CLASSES = ("NORMAL",) * 46 + ("SPECIAL_MENTION", "SPECIAL_MENTION", "SUBSTANDARD", "DOUBTFUL")


@dataclass(frozen=True)
class Purpose:
    """What a loan stands on: record ids of a programme and of what it finances, where there are any."""

    programme: str | None = None
    receivable: str | None = None
    invoice: str | None = None


class Lending:
    """Writes banks' private records, and the consents that open them to be made."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._rng = site.stream("lending")

    def lend(self, borrower: str, bank: int, principal: int, purpose: Purpose | None = None) -> str:
        """Write a loan of `principal` fen and return its record id."""
        rng, stands_on = self._rng, purpose or Purpose()
        age = rng.randint(2, 9) if stands_on.invoice else rng.randint(5, 330)  # not before the invoice
        return self._site.put(
            "loans",
            borrower=borrower,
            bank=self._site.ids.bank(bank),
            programme=stands_on.programme,
            receivable=stands_on.receivable,
            invoice=stands_on.invoice,
            principal_fen=principal,
            balance_fen=principal // 10 * rng.choice((10, 10, 8, 5)),
            disbursed_on=self._site.ago(age),
            due_on=self._site.ago(age - 365),
            classification="NORMAL" if stands_on.programme else rng.choice(_CLASSES),
        )

    def apply(self, applicant: str, bank: int, amount: int) -> None:
        """Write an application."""
        status = self._rng.choice(("SUBMITTED", "APPROVED", "REFUSED", "WITHDRAWN"))
        self._site.put(
            "loan_applications",
            applicant=applicant,
            bank=self._site.ids.bank(bank),
            amount_fen=amount,
            applied_on=self._site.ago(self._rng.randint(1, 120)),
            status=status,
        )

    def consent(self, subject: str, bank: int, purpose: str, revoked: bool = False) -> None:
        """Write a consent of at least a week ago, perhaps revoked three days ago."""
        granted = self._instant(self._rng.randint(7, 200))
        self._site.put(
            "consents",
            subject=subject,
            reader=self._site.ids.bank_id(bank),
            purpose=purpose,
            evidence_hash=hashlib.sha256(f"{subject}{bank}{purpose}{granted}".encode()).hexdigest(),
            granted_at=granted,
            revoked_at=self._instant(3) if revoked else None,
        )

    def write_ordinary_loans(self) -> None:
        """Write a loan for each fifth ordinary enterprise, outside all programmes."""
        for index in self._site.spec.ordinary:
            if self._rng.random() < 0.2:
                amount = self._rng.randint(5, 300) * 1_000_000
                self.lend(
                    self._site.ids.company_id(index), self._rng.randrange(self._site.spec.banks), amount
                )

    def _instant(self, days_ago: int) -> str:
        minutes = timedelta(minutes=self._rng.randint(510, 1080))
        midnight = datetime.combine(self._site.ago(days_ago), time(), SHANGHAI)
        return (midnight + minutes).isoformat()
