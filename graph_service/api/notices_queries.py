"""The queries about debt evaders and alerts."""

from __future__ import annotations

import strawberry

from graph_service.api.connections import DEFAULT_FIRST, Connection, Page, page, require_first
from graph_service.api.ids import read_id
from graph_service.api.notices import DishonestyNotices, PostLoanAlert
from graph_service.api.operations import Argument, operation
from graph_service.asking import Asking
from graph_service.use_cases.notices import alerts_on_loans, dishonesty_notices
from schema.nodes import PARTY


def _alerts(asking: Asking, bank: str, first: int, after: str | None) -> Page:
    require_first(first, asking.principal.role)
    shown = page(alerts_on_loans(asking, bank), first, after)
    asking.about(
        *(each.node.borrower.id for each in shown.edges), *(each.node.listed.id for each in shown.edges)
    )
    return shown


@strawberry.type
class NoticesQueries:
    """What a lender must be told."""

    dishonesty_notices: DishonestyNotices | None = operation(
        "dishonestyNotices",
        dishonesty_notices,
        DishonestyNotices | None,
        "[financing] Debt evaders behind a party: itself, its controller, legal representative, fellows 恶意逃废债提示.",
        {
            "id": Argument(
                strawberry.ID,
                "Id of the party, opaque or plain 主体标识.",
                read=lambda text: read_id(text, *PARTY),
            )
        },
    )
    post_loan_alerts: Connection[PostLoanAlert] | None = operation(
        "postLoanAlerts",
        _alerts,
        Connection[PostLoanAlert] | None,
        "[financing] Listings around the borrowers of a bank's open loans, most severe first 贷后预警.",
        {
            "bank": Argument(
                strawberry.ID,
                "Id of the bank, opaque or plain: the caller's own 银行标识.",
                read=lambda text: read_id(text, "LegalEntity"),
            ),
            "first": Argument(int, "How many, 1 to 100 (to 10,000 for INTEGRATION) 条数.", DEFAULT_FIRST),
            "after": Argument(str | None, "Cursor of the last one of the page before 游标.", None),
        },
    )
