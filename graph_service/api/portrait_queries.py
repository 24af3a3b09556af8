"""The queries about what departments say of one enterprise."""

from __future__ import annotations

from typing import Final

import strawberry

from graph_service.api.ids import read_id
from graph_service.api.licences import SafetyLicences
from graph_service.api.operations import Argument, operation
from graph_service.api.portrait import CreditPortrait
from graph_service.api.scalars import Long
from graph_service.api.statements import StatementConsistency, SubsidyQuote
from graph_service.api.support import SupportPolicies
from graph_service.api.utilities import UtilityStanding
from graph_service.use_cases.licences import safety_licences
from graph_service.use_cases.portrait import credit_portrait
from graph_service.use_cases.statements import statement_consistency
from graph_service.use_cases.subsidy import subsidy_quote
from graph_service.use_cases.support import support_policies
from graph_service.use_cases.utilities import utility_standing
from schema.nodes import PARTY

ENTERPRISE: Final = Argument(
    strawberry.ID,
    "Id of the enterprise, opaque or plain (E:…) 企业标识.",
    read=lambda text: read_id(text, "LegalEntity"),
)
SUBJECT: Final = Argument(
    strawberry.ID, "Id of the party, opaque or plain 主体标识.", read=lambda text: read_id(text, *PARTY)
)


@strawberry.type
class PortraitQueries:
    """Each field is one audited operation."""

    credit_portrait: CreditPortrait | None = operation(
        "creditPortrait",
        credit_portrait,
        CreditPortrait | None,
        "[financing] What departments say of an enterprise, from whatever there is, and what is missing 信用脸谱.",
        {"id": ENTERPRISE},
    )
    utility_standing: UtilityStanding | None = operation(
        "utilityStanding",
        utility_standing,
        UtilityStanding | None,
        "[financing] Electricity, water and gas month by month: unpaid runs, gaps, and the warning 水电气缴费情况.",
        {"party": SUBJECT},
    )
    safety_licences: SafetyLicences | None = operation(
        "safetyLicences",
        safety_licences,
        SafetyLicences | None,
        "[supervision] Work-safety licences scope by scope, and which have lapsed 安全生产许可及到期预警.",
        {"party": SUBJECT},
    )
    support_policies: SupportPolicies | None = operation(
        "supportPolicies",
        support_policies,
        SupportPolicies | None,
        "[financing] Preferential support by external rating, and the high-tech loan 优惠政策与专项产品准入.",
        {"id": ENTERPRISE},
    )
    statement_consistency: StatementConsistency | None = operation(
        "statementConsistency",
        statement_consistency,
        StatementConsistency | None,
        "[financing] Where an enterprise's own statements differ from the tax bureau's 自报报表与税务报表一致性.",
        {"party": SUBJECT},
    )
    subsidy_quote: SubsidyQuote | None = operation(
        "subsidyQuote",
        subsidy_quote,
        SubsidyQuote | None,
        "[financing] The most that is subsidised of a loan's interest, by the tax bureau's yearly revenue 贷款贴息测算.",
        {
            "enterprise": ENTERPRISE,
            "loan": Argument(
                strawberry.ID,
                "Id of the loan, opaque or plain 贷款标识.",
                read=lambda text: read_id(text, "Loan"),
            ),
            "interest_paid": Argument(
                Long | None, "Interest actually paid so far, in fen 实际支付的利息（分）.", None
            ),
        },
    )
