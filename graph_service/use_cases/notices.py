"""What a lender must be told: debt evaders behind a party 恶意逃废债提示, and alerts on open loans 贷后预警."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from algorithms.evidence import Fact
from algorithms.projection import SINCE_EVER
from algorithms.risk.alerts.early_warning import BOOK as ALERTS
from algorithms.risk.alerts.early_warning import Alert, evidence, post_loan_alerts
from algorithms.risk.notices.evaders import BOOK as NOTICES
from algorithms.risk.notices.evaders import Notice, notices
from algorithms.risk.notices.trails import Trail, trail
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.access import Purpose, Role
from schema.errors import AccessDenied
from schema.rulebook import Rule

_EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class EvidencePath:
    """The way from the record to the party that it is shown at: node ids and facts, nearest to the record first."""

    nodes: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class NoticeAnswer:
    """One listing, shown for one reason; ``through`` runs both where the listed one is a fellow enterprise."""

    rule: Rule
    ground: str
    listed: NodeAnswer
    record: NodeAnswer
    through: NodeAnswer | None
    path: EvidencePath


@dataclass(frozen=True)
class DishonestyNotices:
    """The notices that a party shows on the day; none is an answer too."""

    party: NodeAnswer
    notices: tuple[NoticeAnswer, ...]
    rulebook: str


@dataclass(frozen=True)
class AlertAnswer:
    """One alert on one open loan.

    ``since`` is the first day on which everything that it rests on held: the listing (or three unpaid months, or the
    lapse of a licence), the loan, and every fact of the path. ``key`` names the alert as long as it lasts.
    """

    key: str
    rule: Rule
    severity: str
    relation: str
    loan: NodeAnswer
    borrower: NodeAnswer
    listed: NodeAnswer
    record: NodeAnswer
    since: dt.date | None
    path: EvidencePath


@dataclass(frozen=True, eq=False)
class PostLoanAlerts(Sequence[AlertAnswer]):
    """The alerts of a bank, most severe first; each is described when it is read."""

    asking: Asking
    found: Sequence[Alert]

    def __len__(self) -> int:
        return len(self.found)

    @overload
    def __getitem__(self, at: int) -> AlertAnswer: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[AlertAnswer]: ...
    def __getitem__(self, at: int | slice) -> AlertAnswer | Sequence[AlertAnswer]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        return _alert(self.asking, self.found[at])


def dishonesty_notices(asking: Asking, party_id: str) -> DishonestyNotices:
    """Say which debt evaders stand behind a party, as far as the caller may see.

    Raises
    ------
    NotFound
        No such party, for this caller.
    """
    party = asking.party(party_id)
    governing = asking.governing(NOTICES)
    answers = tuple(_notice(asking, found) for found in notices(asking.view, party, governing))
    asking.about(*(each.listed.id for each in answers))
    return DishonestyNotices(describe(asking, party), answers, governing.version)


def alerts_on_loans(asking: Asking, bank_id: str) -> PostLoanAlerts:
    """Return the alerts on all open loans of the caller's bank, seen as the bank sees them.

    Raises
    ------
    AccessDenied
        The caller does not act for that bank.
    """
    if asking.principal.org != bank_id:
        raise AccessDenied("Only the bank itself, or who acts for it, may ask this.")
    as_bank = _as_bank(asking, bank_id)
    governing = as_bank.governing(ALERTS)
    return PostLoanAlerts(as_bank, post_loan_alerts(as_bank.view, as_bank.party(bank_id), governing))


def _as_bank(asking: Asking, bank: str) -> Asking:
    """An operator processes for the bank and sees no more than its own lender would; the bank's systems are the bank."""
    if asking.principal.role is not Role.OPERATOR:
        return asking
    return asking.as_lender(bank, Purpose.POST_LOAN)


def _notice(asking: Asking, found: Notice) -> NoticeAnswer:
    return NoticeAnswer(
        found.rule,
        str(found.ground),
        describe(asking, found.listed),
        describe(asking, found.record),
        None if found.through is None else describe(asking, found.through),
        _path(asking, trail(asking.projection, found.record, found.places)),
    )


def _alert(asking: Asking, found: Alert) -> AlertAnswer:
    way = evidence(asking.view, found)
    loan, record = describe(asking, found.loan), describe(asking, found.record)
    return AlertAnswer(
        found.key(asking.projection.ids),
        found.rule,
        found.rule.value,
        str(found.relation),
        loan,
        describe(asking, found.borrower),
        describe(asking, found.party),
        record,
        _since(asking, way, (loan.properties.get("disbursed_on"), found.begun_on)),
        _path(asking, way),
    )


def _path(asking: Asking, way: Trail) -> EvidencePath:
    p = asking.projection
    return EvidencePath(tuple(p.ids[n] for n in way.nodes), tuple(p.fact(*place) for place in way.places))


def _since(asking: Asking, way: Trail, stated: tuple[dt.date | None, ...]) -> dt.date | None:
    edges = asking.projection.edges
    begun = (int(edges[name].since[place]) for name, place in way.places)
    days = [dt.date.fromordinal(_EPOCH + day) for day in begun if day != SINCE_EVER]
    return max([*days, *(day for day in stated if day is not None)], default=None)
