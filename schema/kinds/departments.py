"""What the departments deliver about a party: one record a row, one party a record."""

from schema.access import Audience
from schema.fields import text
from schema.nodes import NODES, PARTY
from schema.records import EdgeRule, Kind, NodeRule, Ref, columns_of

_ENTITY = ("LegalEntity",)
_AUTHORITY = Ref("authority_code", _ENTITY, "作出机关代码", required=False, soft=True)


def _about(name: str, zh: str, label: str, *required: str, audience: Audience | None = None) -> Kind:
    """A record about one party, in the class of its label unless another is given."""
    return Kind(
        name,
        zh,
        audience or NODES[label].audience,
        columns_of(NODES[label].fields, *required),
        (Ref("party", PARTY, "主体"), _AUTHORITY),
        NodeRule(label, ("record_id",), NODES[label].field_names),
        (EdgeRule("SUBJECT_OF", "party", ""), EdgeRule("IMPOSED_BY", "", "authority_code")),
    )


def _listed(name: str, zh: str, audience: Audience, database: str) -> Kind:
    """A financial-risk database, permitted on its own by a class of its own, which no other's rows can be given (S2-18)."""
    label = NODES["RiskListing"]
    fields = tuple(text(f.name, f.zh, database) if f.name == "database" else f for f in label.fields)
    return Kind(
        name,
        zh,
        audience,
        columns_of(fields, "database", "listed_on"),
        (Ref("party", PARTY, "主体"),),
        NodeRule(label.label, ("record_id",), label.field_names),
        (EdgeRule("SUBJECT_OF", "party", ""),),
    )


DEPARTMENTS = (
    _about("permits", "行政许可", "Permit", "document_no", "decided_on"),
    _about("court_cases", "案件执行", "CourtCase", "case_no", "filed_on"),
    _about("tax_records", "纳税记录", "TaxRecord", "record_kind"),
    _about("tax_arrears", "欠税", "TaxArrears", "amount_fen", "announced_on"),
    _about("wage_arrears", "拖欠工资", "WageArrears", "found_on"),
    _about("utilities", "水电气缴费", "UtilityRecord", "utility", "month"),
    _about("contributions", "社保公积金缴纳", "ContributionRecord", "fund", "month"),
    _about("honours", "荣誉与资质", "Honour", "honour_kind", "awarded_on"),
    _about("annual_reports", "年度报告", "AnnualReport", "year"),
    _about("registry_changes", "变更登记", "RegistryChange", "item", "changed_on"),
    _about("project_admissions", "项目准入", "ProjectAdmission", "project_no", "admitted_on"),
    _about("inspections", "检查抽查", "Inspection", "inspected_on", "outcome"),
    _about("commitments", "信用承诺", "Commitment", "code", "commitment_kind", "made_on"),
    _about("ratings", "信用评价", "Rating", "scheme", "grade", "rated_on"),
    _listed("overdue_firms", "逾期企业", Audience.OVERDUE_FIRMS, "OVERDUE"),
    _listed("debt_evaders", "逃废债企业", Audience.DEBT_EVADERS, "DEBT_EVADERS"),
    _listed("police_dishonest", "公安失信名单", Audience.POLICE, "POLICE_DISHONEST"),
    _listed("suspicious_accounts", "可疑账户", Audience.SUSPICIOUS_ACCOUNTS, "SUSPICIOUS_ACCOUNTS"),
    Kind(
        "person_scores",
        "个人信用分",
        Audience.PERSON_SCORE,
        columns_of(NODES["ScoreSnapshot"].fields, "scheme", "score", "scored_on"),
        (Ref("person", ("Person",), "本人"),),
        NodeRule("ScoreSnapshot", ("record_id",), NODES["ScoreSnapshot"].field_names),
        (EdgeRule("SCORED", "person", ""),),
    ),
    Kind(
        "repairs",
        "信用修复",
        Audience.MEMBER,
        columns_of(NODES["RepairCase"].fields, "applied_on", "outcome"),
        (
            Ref("party", PARTY, "主体"),
            Ref("penalty", ("Penalty",), "行政处罚", required=False),
            Ref("listing", ("ListMembership",), "名单记录", required=False),
        ),
        NodeRule("RepairCase", ("record_id",), NODES["RepairCase"].field_names),
        (
            EdgeRule("SUBJECT_OF", "party", ""),
            EdgeRule("REPAIRS", "", "penalty", role="REPAIRS_PENALTY"),
            EdgeRule("REPAIRS", "", "listing", role="REPAIRS_LISTING"),
        ),
    ),
    Kind(
        "enterprise_lists",
        "企业名录",
        Audience.MEMBER,
        columns_of(NODES["EnterpriseList"].fields, "version", "issued_on"),
        (),
        NodeRule("EnterpriseList", ("record_id",), NODES["EnterpriseList"].field_names),
    ),
    Kind(
        "enterprise_list_entries",
        "名录企业",
        Audience.MEMBER,
        (),
        (Ref("list", ("EnterpriseList",), "名录"), Ref("enterprise", _ENTITY, "企业")),
        edges=(EdgeRule("LISTS", "list", "enterprise"),),
    ),
    Kind(
        "telemetry",
        "物联网读数",
        Audience.MEMBER,
        columns_of(NODES["Telemetry"].fields, "metric", "reading", "read_at"),
        (Ref("asset", ("HouseholdAsset",), "生产资料"),),
        NodeRule("Telemetry", ("record_id",), NODES["Telemetry"].field_names),
        (EdgeRule("MEASURES", "", "asset"),),
    ),
)
