"""Banks' capital and products, 1+N programmes, guarantees, applications, loans and consents."""

from schema.access import Audience
from schema.edges import EDGES
from schema.fields import text
from schema.nodes import NODES, PARTY
from schema.records import Column, EdgeRule, Kind, NodeRule, Ref, columns_of

_ENTITY = ("LegalEntity",)


CREDIT = (
    Kind(
        "bank_capital",
        "银行资本",
        Audience.MEMBER,
        columns_of(NODES["BankCapital"].fields, "measured_on", "net_capital_fen", "tier1_fen"),
        (Ref("bank", _ENTITY, "银行"),),
        NodeRule("BankCapital", ("record_id",), NODES["BankCapital"].field_names),
        (EdgeRule("CAPITALISED_AT", "bank", ""),),
    ),
    Kind(
        "products",
        "信贷产品",
        Audience.PUBLIC,
        columns_of(NODES["LoanProduct"].fields, "name", "form"),
        (Ref("bank", _ENTITY, "银行"),),
        NodeRule("LoanProduct", ("record_id",), NODES["LoanProduct"].field_names),
        (EdgeRule("OFFERS", "bank", ""),),
    ),
    Kind(
        "programmes",
        "整链授信项目",
        Audience.MEMBER,
        columns_of(NODES["ChainProgram"].fields, "name", "cap_fen"),
        (
            Ref("core", _ENTITY, "核心企业"),
            Ref("bank", _ENTITY, "承办银行"),
            Ref("product", ("LoanProduct",), "产品", required=False),
        ),
        NodeRule("ChainProgram", ("record_id",), NODES["ChainProgram"].field_names),
        (
            EdgeRule("CORE_OF", "core", ""),
            EdgeRule("RUN_BY", "", "bank"),
            EdgeRule("UNDER_PRODUCT", "", "product"),
        ),
    ),
    Kind(
        "programme_members",
        "项目成员",
        Audience.MEMBER,
        columns_of(EDGES["PARTICIPATES_IN"].fields, "tier"),
        (Ref("member", PARTY, "成员"), Ref("programme", ("ChainProgram",), "项目")),
        edges=(EdgeRule("PARTICIPATES_IN", "member", "programme", ("tier",)),),
    ),
    Kind(
        "loan_applications",
        "贷款申请",
        Audience.BANK_PRIVATE,
        columns_of(NODES["LoanApplication"].fields, "applied_on"),
        (Ref("applicant", PARTY, "申请人"), Ref("bank", _ENTITY, "银行")),
        NodeRule("LoanApplication", ("record_id",), NODES["LoanApplication"].field_names),
        (EdgeRule("APPLIED_FOR", "applicant", ""), EdgeRule("LENT_BY", "", "bank")),
        bank_column="bank",
    ),
    Kind(
        "loans",
        "贷款",
        Audience.BANK_PRIVATE,
        columns_of(NODES["Loan"].fields, "principal_fen", "balance_fen", "disbursed_on"),
        (
            Ref("borrower", PARTY, "借款人"),
            Ref("bank", _ENTITY, "银行"),
            Ref("programme", ("ChainProgram",), "项目", required=False),
            Ref("receivable", ("Receivable",), "融资应收账款", required=False),
            Ref("invoice", ("Invoice",), "融资发票", required=False),
            Ref("order", ("Order",), "融资订单", required=False),
        ),
        NodeRule("Loan", ("record_id",), NODES["Loan"].field_names),
        (
            EdgeRule("LENT_TO", "", "borrower"),
            EdgeRule("LENT_BY", "", "bank"),
            EdgeRule("DRAWN_UNDER", "", "programme"),
            EdgeRule("FINANCES", "", "receivable", role="FINANCES_RECEIVABLE"),
            EdgeRule("FINANCES", "", "invoice", role="FINANCES_INVOICE"),
            EdgeRule("FINANCES", "", "order", role="FINANCES_ORDER"),
        ),
        bank_column="bank",
    ),
    Kind(
        "guarantees",
        "担保",
        Audience.MEMBER,
        columns_of(NODES["Guarantee"].fields),
        (
            Ref("guarantor", PARTY, "保证人"),
            Ref("beneficiary", PARTY, "被保证人"),
            Ref("loan", ("Loan",), "被担保贷款", required=False),
        ),
        NodeRule("Guarantee", ("record_id",), NODES["Guarantee"].field_names),
        (
            EdgeRule("GUARANTOR", "guarantor", ""),
            EdgeRule("BENEFICIARY", "", "beneficiary"),
            EdgeRule("SECURES", "", "loan"),
        ),
    ),
    Kind(
        "consents",
        "授权",
        Audience.RESTRICTED,
        (
            Column(text("purpose", "用途", "LENDING", "POST_LOAN"), required=True),
            Column(NODES["Authorization"].field("evidence_hash")),
            Column(EDGES["GAVE"].field("granted_at"), required=True),
            Column(EDGES["GAVE"].field("revoked_at")),
        ),
        (Ref("subject", PARTY, "信息主体"), Ref("reader", PARTY, "被授权方")),
        NodeRule("Authorization", ("record_id",), ("purpose", "evidence_hash")),
        (EdgeRule("GAVE", "subject", "", ("granted_at", "revoked_at")), EdgeRule("GIVEN_TO", "", "reader")),
    ),
)
