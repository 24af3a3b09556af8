"""What lenders and supervisors are told from the departments' datasets, from delivered files to the GraphQL answer, on both stores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_service.service import open_service
from graph_service.settings import Settings
from graph_service.trust.principal import Principal
from loaders import LoadRequest, Vault, load
from schema.access import Purpose, Role
from tests.contract.test_portrait import BANK, DAY, FIRM, KEYS, OTHER_FIRM, Town, lender, nodes, supervisor

YESTERDAY, TOMORROW = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)
STEWARD = Principal(
    Role.STEWARD, region="4412", purpose=Purpose.OPERATIONS, subject="P:city:steward", token_id="t"
)
LICENCES = "record_id,party,document_no,content,decided_on,effective_on,expires_on,status"
LOANS = "record_id,borrower,bank,principal_fen,balance_fen,disbursed_on,due_on"

SAFETY = """query ($id: ID!, $asOf: Date!) { safetyLicences(party: $id, asOf: $asOf) { rulebook scopes { content
  licences { graphId expiresOn } event { outcome rule { id value citation supply } inputs { name value } evidence { id } } } } }"""
ALERTS = """query ($id: ID!, $asOf: Date!) { postLoanAlerts(bank: $id, asOf: $asOf) { edges { node {
  severity relation since rule { id } record { graphId ... on Permit { expiresOn } } path { nodes facts { relationship } } } } } }"""


@pytest.fixture
def town(store_url: str, tmp_path: Path) -> Iterator[Town]:
    """Two enterprises, one of which owes our bank a loan."""
    service = open_service(Settings(store=store_url, data_dir=tmp_path / "data"), "test")
    (tmp_path / "files").mkdir()
    made = Town(service, tmp_path / "files")
    made.deliver(
        enterprises=[
            "record_id,uscc,name,entity_kind,region_code",
            f"e1,{FIRM},某市宏远机械有限公司,ENTERPRISE,441283",
            f"e2,{OTHER_FIRM},某市青禾食品有限公司,ENTERPRISE,441283",
        ],
        banks=["record_id,uscc,name,region_code", f"b1,{BANK},某市第一银行,441283"],
        loans=[LOANS, f"l1,E:{FIRM},{BANK},100000000,50000000,2025-11-22,2027-11-22"],
    )
    yield made
    service.close()


# A lapsed work-safety licence (S3-19) -------------------------------------------------------------------------------


def licence(
    number: int, content: str, last: dt.date | str, *, begins: str = "2023-01-01", status: str = ""
) -> str:
    return f"a{number},E:{FIRM},安许{number},{content},2023-01-01,{begins},{last},{status}"


def events(town: Town, day: dt.date = DAY) -> list[tuple[Any, ...]]:
    told = town.ask(SAFETY, FIRM, supervisor(), day)
    return [(s["content"], len(s["licences"]), s["event"]["outcome"]) for s in told["scopes"]]


def test_s3_19_an_expired_licence_raises_an_event_and_an_alert_from_the_day_after_its_last(
    town: Town,
) -> None:
    assert events(town) == []
    town.deliver(
        SAFETY_LICENCE=[LICENCES, licence(1, "危险化学品经营", DAY), licence(2, "烟花爆竹", TOMORROW)]
    )
    assert events(town) == [("危险化学品经营", 1, "PASSED"), ("烟花爆竹", 1, "PASSED")]
    assert town.ask(ALERTS, BANK)["edges"] == []
    assert events(town, TOMORROW) == [("危险化学品经营", 1, "FIRED"), ("烟花爆竹", 1, "PASSED")]
    (alert,) = nodes(town.ask(ALERTS, BANK, day=TOMORROW))
    assert (alert["rule"]["id"], alert["severity"], alert["relation"]) == (
        "safety_licence_lapsed",
        "HIGH",
        "BORROWER",
    )
    assert (alert["since"], alert["record"]["expiresOn"]) == (TOMORROW.isoformat(), DAY.isoformat())
    assert [fact["relationship"] for fact in alert["path"]["facts"]] == ["SUBJECT_OF", "LENT_TO"]
    event = town.ask(SAFETY, FIRM, lender(), TOMORROW)["scopes"][0]["event"]
    assert "S3-19" in event["rule"]["citation"]
    assert {each["name"]: each["value"] for each in event["inputs"]}["licence_expires_on"] == DAY.isoformat()
    row = "query ($id: String!, $asOf: Date!) { fact(id: $id, asOf: $asOf) { source dataset line } }"
    found = town.body(row, lender(), id=event["evidence"][0]["id"], asOf=TOMORROW.isoformat())
    assert found["data"]["fact"] == {"source": "EMERGENCY_MANAGEMENT", "dataset": "SAFETY_LICENCE", "line": 2}


def test_s3_19_a_renewal_ends_the_event_on_the_day_on_which_it_begins_and_an_unknown_end_warns_of_nothing(
    town: Town,
) -> None:
    old = licence(1, "矿山", YESTERDAY)
    town.deliver(SAFETY_LICENCE=[LICENCES, old])
    assert events(town) == [("矿山", 1, "FIRED")]
    renewed = licence(2, "矿山", "2029-11-22", begins=TOMORROW.isoformat())
    town.deliver(SAFETY_LICENCE=[LICENCES, old, renewed])
    assert events(town) == [("矿山", 1, "FIRED")]
    assert events(town, TOMORROW) == [("矿山", 2, "PASSED")]
    assert nodes(town.ask(ALERTS, BANK, day=TOMORROW)) == []
    revoked = licence(2, "矿山", "2029-11-22", begins=TOMORROW.isoformat(), status="REVOKED")
    town.deliver(SAFETY_LICENCE=[LICENCES, old, revoked, licence(3, "冶金", "")])
    assert events(town, TOMORROW) == [("冶金", 1, "UNKNOWN"), ("矿山", 1, "FIRED")]


# Policies by rating (S3-17) and by certificate (S3-22) ----------------------------------------------------------------

RATINGS = "record_id,party,scheme,grade,rater,rated_on,expires_on"
CERTIFICATES = "record_id,party,certificate_no,awarded_on,expires_on"
POLICIES = """query ($id: ID!, $asOf: Date!) { supportPolicies(id: $id, asOf: $asOf) { policies { policy decision rulebook
  ladder { scheme grades least citation } findings { outcome rule { id citation supply } evidence { id } }
  records { graphId ... on Rating { grade expiresOn } ... on Honour { certificateNo } } } } }"""


def policy(town: Town, name: str, day: dt.date = DAY, code: str = FIRM) -> dict[str, Any]:
    found: list[dict[str, Any]] = town.ask(POLICIES, code, day=day)["policies"]
    return next(each for each in found if each["policy"] == name)


def rated(grade: str, *, scheme: str = "EXTERNAL_RATING", on: str = "2026-01-01", last: object = "") -> str:
    return f"r{grade}{scheme}{on},E:{FIRM},{scheme},{grade},某评级公司,{on},{last}"


def test_s3_17_exactly_grade_a_is_eligible_and_b_is_not_on_the_ladder_that_is_stated(town: Town) -> None:
    unrated = policy(town, "preferential_support")
    assert (unrated["decision"], unrated["records"]) == ("UNKNOWN", [])
    assert unrated["ladder"]["scheme"] == "EXTERNAL_RATING"
    assert (unrated["ladder"]["grades"][0], unrated["ladder"]["least"]) == ("AAA", "A")
    assert "银发〔2006〕95号" in unrated["ladder"]["citation"]
    # Each rating is newer than the one before, so it is the one that counts.
    grades = [("A", "ELIGIBLE"), ("B", "REFUSED"), ("AAA", "ELIGIBLE"), ("A-", "REFUSED"), ("A+", "ELIGIBLE")]
    grades += [("BBB+", "REFUSED"), ("GREEN", "UNKNOWN")]
    lines = [RATINGS]
    for month, (grade, decision) in enumerate(grades, start=1):
        lines.append(rated(grade, on=f"2026-{month:02d}-01"))
        town.deliver(ratings=lines)
        found = policy(town, "preferential_support")
        assert (found["decision"], [r["grade"] for r in found["records"]]) == (decision, [grade])
    assert all(
        "S3-17" in f["rule"]["citation"] or "S3-04" in f["rule"]["citation"] for f in found["findings"]
    )
    assert all(len(f["evidence"]) == 1 for f in found["findings"])


def test_s3_17_only_an_external_rating_in_force_counts_and_of_one_day_the_lowest(town: Town) -> None:
    town.deliver(ratings=[RATINGS, rated("A", scheme="INTERNAL"), rated("AA", on=TOMORROW.isoformat())])
    assert policy(town, "preferential_support")["decision"] == "UNKNOWN"
    assert policy(town, "preferential_support", TOMORROW)["decision"] == "ELIGIBLE"
    town.deliver(ratings=[RATINGS, rated("AA", on="2025-11-22", last=DAY)])
    assert policy(town, "preferential_support")["decision"] == "ELIGIBLE"
    town.deliver(ratings=[RATINGS, rated("AA", on="2025-11-22", last=YESTERDAY)])
    expired = policy(town, "preferential_support")
    assert (expired["decision"], expired["records"][0]["expiresOn"]) == ("REFUSED", YESTERDAY.isoformat())
    assert [f["rule"]["id"] for f in expired["findings"] if f["outcome"] == "FIRED"] == ["rating_expired"]
    town.deliver(ratings=[RATINGS, rated("A"), rated("BB")])
    assert policy(town, "preferential_support")["decision"] == "REFUSED"


def test_s3_22_a_certificate_that_expired_yesterday_does_not_count_and_one_that_ends_tomorrow_does(
    town: Town,
) -> None:
    assert policy(town, "high_tech_loan")["decision"] == "UNKNOWN"
    ends = [(YESTERDAY, "REFUSED"), (DAY, "ELIGIBLE"), (TOMORROW, "ELIGIBLE"), ("", "REFUSED")]
    for last, decision in ends:  # without a last day it holds three years, to 2026-11-21
        town.deliver(HIGH_TECH=[CERTIFICATES, f"c1,E:{FIRM},GR2023,2023-11-21,{last}"])
        found = policy(town, "high_tech_loan")
        assert (found["decision"], found["ladder"]) == (decision, None)
        assert [each["certificateNo"] for each in found["records"]] == ["GR2023"]
    (finding,) = found["findings"]
    assert ("S3-22" in finding["rule"]["citation"], len(finding["evidence"])) == (True, 1)
    renewed = f"c2,E:{FIRM},GR2026,{TOMORROW},2029-11-23"
    town.deliver(HIGH_TECH=[CERTIFICATES, renewed])
    assert policy(town, "high_tech_loan")["decision"] == "REFUSED"
    assert policy(town, "high_tech_loan", TOMORROW)["decision"] == "ELIGIBLE"
    town.deliver(
        TECH_INNOVATION=["record_id,party,name,awarded_on", f"x1,E:{OTHER_FIRM},创新中心,2026-01-01"]
    )
    assert policy(town, "high_tech_loan", code=OTHER_FIRM)["decision"] == "UNKNOWN"


# Headcount from social insurance (S3-23) ------------------------------------------------------------------------------

INSURED = "party,month,headcount,amount_fen,arrears_fen"
FEATURES = """query ($id: ID!, $asOf: Date!, $codes: [String!]) { riskFeatures(id: $id, codes: $codes, asOf: $asOf) { edges { node {
  feature { code } state value facts { totalCount } } } } }"""
HEADS = [
    f"contribution.social.{name}_headcount.self"
    for name in ("latest", "previous", "change", "relative_change")
]


def heads(town: Town, *codes: str, day: dt.date = DAY) -> list[tuple[str, float | None]]:
    found = nodes(town.ask(FEATURES, FIRM, day=day, codes=list(codes or HEADS)))
    assert [each["feature"]["code"] for each in found] == list(codes or HEADS)
    return [(each["state"], each["value"]) for each in found]


def insured(month: str, count: object) -> str:
    return f"E:{FIRM},{month},{count},9000,0"


def test_s3_23_a_headcount_of_0_is_shown_and_growth_from_it_is_undefined_and_says_so(town: Town) -> None:
    assert heads(town) == [("UNKNOWN", None)] * 4
    town.deliver(SOCIAL_INSURANCE=[INSURED, insured("2026-09", 0)])
    assert heads(town) == [("VALUE", 0), ("NOTHING", None), ("NOTHING", None), ("NOTHING", None)]
    town.deliver(SOCIAL_INSURANCE=[INSURED, insured("2026-10", 8)])
    assert heads(town) == [("VALUE", 8), ("VALUE", 0), ("VALUE", 8), ("UNDEFINED", None)]
    yearly = "contribution.social.growth_headcount.365d.self"
    assert heads(town, yearly) == [("NOTHING", None)]
    town.deliver(SOCIAL_INSURANCE=[INSURED, insured("2025-10", 0)])
    assert heads(town, yearly) == [("UNDEFINED", None)]
    town.deliver(SOCIAL_INSURANCE=[INSURED, insured("2025-10", 4)])
    assert heads(town, yearly) == [("VALUE", 1.0)]


def test_s3_23_a_month_counts_when_it_has_ended_and_nobody_left_is_a_fall_to_nothing(town: Town) -> None:
    town.deliver(
        SOCIAL_INSURANCE=[INSURED, insured("2026-10", 8), insured("2026-11", 0), insured("2026-12", "")]
    )
    assert heads(town, HEADS[0]) == [("VALUE", 8)]
    assert heads(town, day=dt.date(2026, 11, 30)) == [
        ("VALUE", 0),
        ("VALUE", 8),
        ("VALUE", -8),
        ("VALUE", -1.0),
    ]
    # A month that states no headcount is no 0.
    assert heads(town, day=dt.date(2026, 12, 31)) == [
        ("NOTHING", None),
        ("VALUE", 0),
        *[("NOTHING", None)] * 2,
    ]


# The tax bureau's datasets (S3-20), and what enterprises report themselves (S3-26) -------------------------------------

PROFIT = "party,period_from,period_to,sales_fen,cost_fen,profit_fen"
BALANCE = "party,period_from,period_to,own_funds_fen,payables_fen"
REPORTED = "party,period_from,period_to,sales_fen,profit_fen,own_funds_fen"
YEAR = "2025-01-01,2025-12-31"
MILLION = 100_000_000  # fen
QUOTE = """query ($id: ID!, $loan: ID!, $paid: Long, $asOf: Date!) {
  subsidyQuote(enterprise: $id, loan: $loan, interestPaid: $paid, asOf: $asOf) {
    bracket capRatio base boundary days amount { fen } supply rulebook facts { relationship }
    revenue { statement { value source dataset line asOf } period { first last } facts { id } }
    findings { outcome rule { id citation } inputs { name value } evidence { id } } } }"""
COMPARED = """query ($id: ID!, $asOf: Date!) { statementConsistency(party: $id, asOf: $asOf) { inconsistent rulebook
  unmatched { first last } comparisons { edges { node { item period { first last } difference { fen }
    reported { value source dataset file line asOf } taxed { value source dataset file line asOf }
    finding { outcome rule { id citation } inputs { name value } evidence { id } } } } } } }"""


def quote(town: Town, paid: int | None = MILLION, day: dt.date = DAY) -> dict[str, Any]:
    more = {} if paid is None else {"paid": str(paid)}
    found: dict[str, Any] = town.ask(QUOTE, FIRM, day=day, loan="city:l1", **more)
    return found


def sold(fen: int, period: str = YEAR) -> list[str]:
    return [PROFIT, f"E:{FIRM},{period},{fen},0,0"]


def test_s3_20_s1_29_revenue_is_the_tax_bureau_s_of_a_whole_year_with_its_period(town: Town) -> None:
    town.deliver(FIN_STATEMENT=[REPORTED, f"E:{FIRM},{YEAR},{10 * MILLION},1,1"])
    town.deliver(annual_reports=["record_id,party,year,sales_fen", f"y1,E:{FIRM},2025,{10 * MILLION}"])
    town.deliver(
        financial_statements=[
            "record_id,party,period_from,period_to,sales_fen",
            f"f1,E:{FIRM},{YEAR},{10 * MILLION}",
        ]
    )
    without = quote(town)
    assert (without["bracket"], without["amount"], without["revenue"]) == (None, None, None)
    assert [each for each in without["supply"] if "税务部门" in each]
    town.deliver(PROFIT=sold(30 * MILLION, "2026-01-01,2026-06-30"))  # half a year is no year
    assert quote(town)["bracket"] is None
    town.deliver(PROFIT=sold(21 * MILLION))
    found = quote(town)
    assert (found["bracket"], found["capRatio"]) == ("UPPER", 0.02)
    said, period = found["revenue"]["statement"], found["revenue"]["period"]
    assert period == {"first": "2025-01-01", "last": "2025-12-31"}
    assert (said["value"], said["source"], said["dataset"], said["line"]) == (
        21 * MILLION,
        "TAX",
        "PROFIT",
        2,
    )
    assert [f["id"] for f in found["revenue"]["facts"]] == [e["id"] for e in found["findings"][0]["evidence"]]
    # Lent for 365 days: 2 % of a million yuan, and no more than the interest paid.
    assert (found["days"], found["amount"]["fen"]) == (365, str(MILLION // 50))
    assert quote(town, 7)["amount"]["fen"] == "7"
    unpaid = quote(town, None)
    assert (unpaid["amount"], len(unpaid["supply"])) == (None, 1)
    assert quote(town, day=dt.date(2028, 3, 1))["bracket"] is None  # too old by then


def test_s1_29_t5_t6_brackets_include_their_lines_by_a_named_policy_and_the_base_is_named(town: Town) -> None:
    lines = [
        (20 * MILLION - 1, "LOWER", 0.03),
        (20 * MILLION, "LOWER", 0.03),
        (20 * MILLION + 1, "UPPER", 0.02),
    ]
    lines += [(200 * MILLION, "UPPER", 0.02), (200 * MILLION + 1, "NOT_COVERED", None)]
    for fen, bracket, cap in lines:
        town.deliver(PROFIT=sold(fen))
        found = quote(town)
        assert (found["bracket"], found["capRatio"]) == (bracket, cap)
        assert (found["boundary"], found["base"]) == ("LOWER_BRACKET", "PRINCIPAL_TIME")
    assert (found["amount"], found["supply"]) == (None, [])
    (error,) = town.body(QUOTE, lender(), id=f"E:{OTHER_FIRM}", loan="city:l1", asOf=str(DAY))["errors"]
    assert error["extensions"]["code"] == "NOT_FOUND"


def test_s3_20_an_audit_names_one_of_four_offences_and_no_other(town: Town, tmp_path: Path) -> None:
    header = "record_id,party,finding,decided_on"
    words = {"偷税": "EVASION", "逃税": "FRAUD", "抗税": "RESISTANCE", "骗税": "EXPORT_FRAUD"}
    offences = words.values()
    file = tmp_path / "TAX_AUDIT.csv"
    rows = [f"{code},E:{FIRM},{code},2026-01-01" for code in (*offences, *words, "SMUGGLING", "欠税")]
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    store = town.service.store
    report = load(
        store, LoadRequest("TAX_AUDIT", file, source="", as_of=DAY), Vault(tmp_path / "v", b"v" * 32), KEYS
    )
    assert report.files[0].errors_by_code == {"choice": 2}
    found = store.nodes("TaxRecord", store.known_run())
    said = {i.rpartition("/")[2]: finding for i, finding in zip(found["id"], found["finding"], strict=True)}
    assert said == words | {code: code for code in offences}
    assert set(found["record_kind"]) == {"AUDIT"}


def test_s3_26_a_difference_above_the_tolerance_is_flagged_with_both_values_periods_and_sources(
    town: Town,
) -> None:
    assert town.ask(COMPARED, FIRM)["inconsistent"] is None
    town.deliver(PROFIT=sold(100 * MILLION), BALANCE_SHEET=[BALANCE, f"E:{FIRM},{YEAR},{MILLION},0"])
    town.deliver(FIN_STATEMENT=[REPORTED, f"E:{FIRM},{YEAR},{105 * MILLION},,{MILLION + 5_000_000}"])
    same = town.ask(COMPARED, FIRM)
    assert same["inconsistent"] is False  # exactly 5 % is tolerated
    assert [each["item"] for each in nodes(same["comparisons"])] == ["sales_fen", "own_funds_fen"]
    town.deliver(
        FIN_STATEMENT=[
            REPORTED,
            f"E:{FIRM},{YEAR},{105 * MILLION + 1},1000001,{MILLION}",
            f"E:{FIRM},2026-01-01,2026-06-30,1,1,1",
        ]
    )
    for who in (lender(), supervisor(), STEWARD):
        told = town.ask(COMPARED, FIRM, who)
        assert told["inconsistent"] is True
        assert told["unmatched"] == [{"first": "2026-01-01", "last": "2026-06-30"}]
        found = nodes(told["comparisons"])
        outcomes = [(each["item"], each["finding"]["outcome"]) for each in found]
        # Of nothing, five percent are nothing: the least tolerance of 10,000 yuan counts.
        assert outcomes == [("sales_fen", "FIRED"), ("profit_fen", "FIRED"), ("own_funds_fen", "PASSED")]
    sales = found[0]
    assert sales["period"] == {"first": "2025-01-01", "last": "2025-12-31"}
    assert sales["difference"]["fen"] == str(5 * MILLION + 1)
    sides = [(s["value"], s["source"], s["dataset"], s["line"]) for s in (sales["reported"], sales["taxed"])]
    assert sides == [
        (105 * MILLION + 1, "PARK_COMMITTEE", "FIN_STATEMENT", 2),
        (100 * MILLION, "TAX", "PROFIT", 2),
    ]
    inputs = {each["name"]: each["value"] for each in sales["finding"]["inputs"]}
    assert (inputs["tolerance_percent"], inputs["tolerated_fen"]) == (5, 5 * MILLION)
    assert "S3-26" in sales["finding"]["rule"]["citation"]
    assert len(sales["finding"]["evidence"]) == 3  # its own, and one a dataset of the bureau


def test_s3_26_statements_of_other_periods_or_sources_are_not_compared(town: Town) -> None:
    town.deliver(PROFIT=sold(MILLION, "2025-07-01,2025-12-31"))
    town.deliver(
        financial_statements=["record_id,party,period_from,period_to,sales_fen", f"f1,E:{FIRM},{YEAR},1"]
    )
    town.deliver(FIN_STATEMENT=[REPORTED, f"E:{FIRM},{YEAR},{9 * MILLION},1,1"])
    told = town.ask(COMPARED, FIRM)
    assert (told["inconsistent"], nodes(told["comparisons"]), len(told["unmatched"])) == (None, [], 1)
