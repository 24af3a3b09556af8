"""Who may ask, why, and which class a fact belongs to: three closed lists.

The *basis matrix* (role x audience class) is data of ``graph_service/trust``; this module only declares the words,
because loaders mark facts with them, stores filter by them and algorithms mask by them.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Closed list of roles a token may carry."""

    PUBLIC = "PUBLIC"
    SUBJECT = "SUBJECT"
    LENDER = "LENDER"
    OFFICER = "OFFICER"
    SUPERVISOR = "SUPERVISOR"
    ENFORCEMENT = "ENFORCEMENT"
    INSPECTOR = "INSPECTOR"
    STEWARD = "STEWARD"
    ANALYST = "ANALYST"
    INTEGRATION = "INTEGRATION"
    AUDITOR = "AUDITOR"
    OPERATOR = "OPERATOR"


class Purpose(StrEnum):
    """Closed list of purposes a caller may declare (header ``X-Purpose``)."""

    LENDING = "LENDING"
    POST_LOAN = "POST_LOAN"
    SUPERVISION = "SUPERVISION"
    INSPECTION = "INSPECTION"
    REPAIR = "REPAIR"
    COMPLIANCE_REPORT = "COMPLIANCE_REPORT"
    INVESTIGATION = "INVESTIGATION"
    STATISTICS = "STATISTICS"
    SUBJECT_ACCESS = "SUBJECT_ACCESS"
    OPERATIONS = "OPERATIONS"


class Audience(StrEnum):
    """Data class of a fact 数据类别: who it is for, before any role is considered. The most open ones come first.

    Each financial-risk database, and the score of a person, is a class of its own: a permission for one opens no other
    (S2-18).
    """

    PUBLIC = "PUBLIC"  # registry, 双公示
    MEMBER = "MEMBER"  # shared by departments on the platform
    RESTRICTED = "RESTRICTED"  # family, personal credit, households
    DEBT_EVADERS = "DEBT_EVADERS"  # 逃废债企业数据库
    OVERDUE_FIRMS = "OVERDUE_FIRMS"  # 逾期企业数据库
    PERSON_SCORE = "PERSON_SCORE"  # 信安分
    POLICE = "POLICE"  # 公安失信名单
    SUSPICIOUS_ACCOUNTS = "SUSPICIOUS_ACCOUNTS"  # 可疑账户数据库
    BANK_PRIVATE = "BANK_PRIVATE"  # stays with its bank

    @property
    def bit(self) -> int:
        """The class as one bit, so that a set of classes is one integer mask."""
        return 1 << list(Audience).index(self)


PERMITTED_ALONE = frozenset(
    {
        Audience.DEBT_EVADERS,
        Audience.OVERDUE_FIRMS,
        Audience.PERSON_SCORE,
        Audience.POLICE,
        Audience.SUSPICIOUS_ACCOUNTS,
    }
)
"""Classes of one dataset each: who may not see one must not learn who stands in it, from refused rows neither (T15)."""
PERSONAL_CLASSES = frozenset({Audience.PERSON_SCORE})
"""Classes that only the person himself opens: a household's head speaks for its members in everything else."""


def audience_mask(classes: frozenset[Audience]) -> int:
    """Return the integer whose bits are the given classes."""
    return sum(audience.bit for audience in classes)
