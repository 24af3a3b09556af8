"""What departments say of one enterprise, from delivered files to the GraphQL answer, on both stores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from graph_service.api.caller import Caller
from graph_service.api.execution import Request, execute
from graph_service.asking import Question
from graph_service.service import Service, open_service
from graph_service.settings import Settings
from graph_service.trust.principal import Principal, operator
from graph_service.use_cases.consent import ConsentInput, grant_consent
from loaders import Keys, LoadRequest, Vault, load
from schema.access import Purpose, Role
from schema.identifiers.resident_id import make_resident_id
from schema.identifiers.uscc import make_uscc
from schema.ports import EdgeBatch, NodeBatch, Stage
from schema.provenance import RunHeader

KEYS = Keys(b"a key of a test!", 1)
DAY = dt.date(2026, 11, 22)
SETS = ("REGISTRATION", "SOCIAL_INSURANCE", "HOUSING_FUND", "WATER", "ELECTRICITY", "GAS")
SUBSETS = [frozenset(some) for size in range(len(SETS) + 1) for some in combinations(SETS, size)]
CODES = [make_uscc("91", "441283", f"X{n:07d}") for n in range(len(SUBSETS))]
BANK, OTHER_BANK = (make_uscc("91", "441283", f"Y{n:07d}") for n in range(2))
FIRM, OTHER_FIRM = CODES[-1], CODES[SUBSETS.index(frozenset({"REGISTRATION"}))]
UTILITY = {"WATER": "WATER", "ELECTRICITY": "POWER", "GAS": "GAS"}
BILLS = "record_id,party,utility,month,quantity,amount_fen,due_on,paid_on"
POWER = "party,month,quantity,amount_fen,due_on,paid_on"
FUNDS = "record_id,party,fund,month,headcount,amount_fen,arrears_fen"

PORTRAIT = """query ($id: ID!, $asOf: Date!) { creditPortrait(id: $id, asOf: $asOf) {
  enterprise { graphId } missing { dataset reason suppliers }
  sections { __typename dataset freshness { dataOn ageDays periodDays late }
    sources { edges { node { factId source dataset run line asOf } } }
    ... on RegistrationSection { properties { name chosen { value source dataset batch recordId asOf } } }
    ... on ContributionSection { months { edges { node { month facts { id } records { graphId headcount amount { fen } } } } } }
    ... on UtilitySection { series { utility months { edges { node { month state facts { id } } } } event { outcome } } } } } }"""
STANDING = """query ($id: ID!, $asOf: Date!) { utilityStanding(party: $id, asOf: $asOf) { permitted unreported rulebook
  utilities { utility until months { edges { node { month state bills { graphId } facts { id } } } }
    unpaid { edges { node { first last months since facts { id } } } }
    gaps { edges { node { first last months } } }
    event { outcome rule { id value citation supply } inputs { name value } evidence { id relationship } } } } }"""
HISTORY = """query ($id: ID!, $bank: ID, $asOf: Date) { node(id: $id) { ... on LegalEntity {
  hasLoanHistory(asOf: $asOf) at: hasLoanHistory(bank: $bank, asOf: $asOf) } } }"""


@dataclass(frozen=True)
class Town:
    """A service, and the files that it is given."""

    service: Service
    folder: Path

    def deliver(self, day: dt.date = DAY, **files: list[str]) -> None:
        """Load canonical files of the city, or the file of one dataset of the catalogue."""
        delivery = self.folder / f"delivery-{len(list(self.folder.iterdir()))}"
        delivery.mkdir()
        for kind, lines in files.items():
            path = delivery / f"{kind}.csv"
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            if kind.isupper():
                self._load(LoadRequest(kind, path, source="", as_of=day))
        if not all(kind.isupper() for kind in files):
            self._load(LoadRequest("canonical", delivery, source="city", as_of=day))

    def _load(self, request: LoadRequest) -> None:
        report = load(self.service.store, request, Vault(self.folder / "vault", b"v" * 32), KEYS)
        assert not [each.errors_by_code for each in report.files if each.errors_by_code]

    def body(self, query: str, who: Principal, **variables: str) -> dict[str, Any]:
        return execute(Request(query, variables), Caller(self.service, who)).body

    def ask(
        self, query: str, code: str, who: Principal | None = None, day: dt.date = DAY, **more: str
    ) -> Any:
        body = self.body(query, who or lender(), id=f"E:{code}", asOf=day.isoformat(), **more)
        assert "errors" not in body, body
        (answer,) = body["data"].values()
        return answer


def lender(bank: str = BANK) -> Principal:
    return Principal(Role.LENDER, org=f"E:{bank}", purpose=Purpose.LENDING, token_id="t")


def officer() -> Principal:
    return Principal(Role.OFFICER, org=f"E:{BANK}", purpose=Purpose.LENDING, region="4412", token_id="t")


def supervisor(region: str = "4412") -> Principal:
    return Principal(Role.SUPERVISOR, region=region, purpose=Purpose.SUPERVISION, token_id="t")


def nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in connection["edges"]]


def bill(code: str, utility: str, month: str) -> str:
    year, number = map(int, month.split("-"))
    due = dt.date(year + number // 12, number % 12 + 1, 20)
    return f"{utility}{code}{month},E:{code},{utility},{month},10,1000,{due},{due}"


def records(codes: Iterable[tuple[str, frozenset[str]]]) -> dict[str, list[str]]:
    """One record of October for each dataset of a code's set."""
    bills, funds = [BILLS], [FUNDS]
    for code, sets in codes:
        bills += [bill(code, UTILITY[each], "2026-10") for each in UTILITY if each in sets]
        kinds = ("SOCIAL_INSURANCE", "HOUSING_FUND")
        funds += [f"{each}{code},E:{code},{each},2026-10,7,9000,0" for each in kinds if each in sets]
    return {"utilities": bills, "contributions": funds}


@pytest.fixture
def town(store_url: str, tmp_path: Path) -> Iterator[Town]:
    """Enterprises, each with another subset of the six datasets; those without registration stand in a list of banks."""
    service = open_service(Settings(store=store_url, data_dir=tmp_path / "data"), "test")
    (tmp_path / "files").mkdir()
    made = Town(service, tmp_path / "files")
    registered, known = ["record_id,uscc,name,entity_kind,region_code"], ["record_id,uscc,name,region_code"]
    for number, (code, sets) in enumerate(zip(CODES, SUBSETS, strict=True)):
        if "REGISTRATION" in sets:
            registered.append(f"e{number},{code},某市第{number}有限公司,ENTERPRISE,441283")
        else:
            known.append(f"k{number},{code},某市第{number}有限公司,441283")
    known += [f"b1,{BANK},某市第一银行,441283", f"b2,{OTHER_BANK},某市第二银行,441283"]
    made.deliver(enterprises=registered, banks=known, **records(zip(CODES, SUBSETS, strict=True)))
    yield made
    service.close()


# The portrait (S4-15) ---------------------------------------------------------------------------------------------


def test_s4_15_any_subset_of_the_datasets_gives_a_portrait_that_lists_exactly_the_others(town: Town) -> None:
    for code, sets in zip(CODES, SUBSETS, strict=True):
        portrait = town.ask(PORTRAIT, code)
        assert portrait["enterprise"]["graphId"] == f"E:{code}"
        assert [section["dataset"] for section in portrait["sections"]] == [s for s in SETS if s in sets]
        missing = [(each["dataset"], each["reason"]) for each in portrait["missing"]]
        assert missing == [(s, "NEVER") for s in SETS if s not in sets]


def test_s4_15_every_value_has_its_source_and_its_facts(town: Town) -> None:
    sections = {section["dataset"]: section for section in town.ask(PORTRAIT, FIRM)["sections"]}
    chosen = {each["name"]: each["chosen"] for each in sections["REGISTRATION"]["properties"]}
    assert chosen["uscc"]["value"] == FIRM
    assert {(c["source"], c["dataset"], c["asOf"]) for c in chosen.values()} == {
        ("city", "enterprises", "2026-11-22")
    }
    assert all(c["recordId"].startswith(f"city/enterprises@{c['batch']}.") for c in chosen.values())
    (fund,) = nodes(sections["SOCIAL_INSURANCE"]["months"])
    assert (fund["month"], fund["records"][0]["headcount"], fund["records"][0]["amount"]["fen"]) == (
        "2026-10",
        7,
        "9000",
    )
    for code in ("SOCIAL_INSURANCE", "ELECTRICITY"):
        section = sections[code]
        (source,) = nodes(section["sources"])
        months = nodes(section["series"]["months"] if "series" in section else section["months"])
        assert [fact["id"] for month in months for fact in month["facts"]] == [source["factId"]]
        assert source["asOf"] == "2026-11-22"
        query = "query ($id: String!, $asOf: Date!) { fact(id: $id, asOf: $asOf) { line run } }"
        row = town.body(query, lender(), id=source["factId"], asOf="2026-11-22")["data"]["fact"]
        assert row == {"line": source["line"], "run": source["run"]}
    assert (sections["GAS"]["series"]["utility"], sections["GAS"]["series"]["event"]["outcome"]) == (
        "GAS",
        "PASSED",
    )


def test_s4_15_what_is_no_longer_up_to_date_is_shown_and_listed_as_missing(town: Town) -> None:
    assert town.ask(PORTRAIT, FIRM, day=dt.date(2026, 11, 23))["missing"] == []
    later = town.ask(PORTRAIT, FIRM, day=dt.date(2027, 1, 1))  # November was due a month after its end
    assert {(each["dataset"], each["reason"]) for each in later["missing"]} == {(s, "STALE") for s in SETS}
    gas = later["sections"][-1]
    assert gas["freshness"] == {"dataOn": "2026-10-31", "ageDays": 62, "periodDays": 31, "late": True}
    assert [each["suppliers"] for each in later["missing"] if each["dataset"] == "WATER"] == [[]]
    town.deliver(dt.date(2027, 1, 1), utilities=[BILLS, bill(FIRM, "GAS", "2026-11")])
    told = town.ask(PORTRAIT, FIRM, day=dt.date(2027, 1, 1))["missing"]
    assert {each["dataset"] for each in told} == set(SETS) - {"GAS"}


def test_s4_15_a_register_is_as_new_as_its_newest_file_with_rows(town: Town) -> None:
    def registration(day: dt.date) -> Any:
        return town.ask(PORTRAIT, FIRM, day=day)["sections"][0]["freshness"]

    day = DAY + dt.timedelta(days=5)
    assert registration(day)["late"]
    header = "record_id,uscc,name,entity_kind,region_code"
    town.deliver(day, enterprises=[header])
    assert registration(day)["late"], "an empty file says that the line works"
    town.deliver(day, enterprises=[header, f"e0,{OTHER_FIRM},某市别名有限公司,ENTERPRISE,441283"])
    fresh = {"dataOn": day.isoformat(), "ageDays": 0, "periodDays": 1, "late": False}
    assert registration(day) == fresh


def test_s4_15_what_is_closed_to_the_caller_is_named_so_whether_it_exists_or_not(town: Town) -> None:
    full, bare = (town.ask(PORTRAIT, code, officer()) for code in (FIRM, OTHER_FIRM))
    closed = [(each, "NOT_PERMITTED") for each in SETS[1:]]
    for told in (full, bare):
        assert [(each["dataset"], each["reason"]) for each in told["missing"]] == closed
        assert [section["dataset"] for section in told["sections"]] == ["REGISTRATION"]
    standing = [town.ask(STANDING, code, officer()) for code in (FIRM, OTHER_FIRM)]
    assert standing[0] == standing[1]
    assert (standing[0]["permitted"], standing[0]["utilities"], standing[0]["unreported"]) == (False, [], [])


def test_s4_15_the_consent_of_an_enterprise_opens_its_portrait_to_an_officer(town: Town) -> None:
    wish = ConsentInput(f"E:{FIRM}", f"E:{BANK}", Purpose.LENDING, None, None, "a-key-of-this-test")
    subject = Principal(Role.SUBJECT, subject=f"E:{FIRM}", purpose=Purpose.SUBJECT_ACCESS, token_id="t")
    town.service.answer(
        Question(subject, DAY), "grantConsent", {}, lambda asking: grant_consent(asking, wish)
    )
    assert town.ask(PORTRAIT, FIRM, officer())["missing"] == []
    assert len(town.ask(PORTRAIT, OTHER_FIRM, officer())["missing"]) == 5


def test_s4_15_a_portrait_is_of_an_enterprise_in_the_callers_region(town: Town) -> None:
    def code_of(who: Principal, party: str) -> str:
        (error,) = town.body(PORTRAIT, who, id=party, asOf="2026-11-22")["errors"]
        return str(error["extensions"]["code"])

    assert code_of(lender(), "H:city:h1") == "BAD_USER_INPUT"
    assert code_of(lender(), "E:nobody") == "NOT_FOUND"
    assert code_of(supervisor("5101"), f"E:{FIRM}") == "NOT_FOUND"
    assert town.ask(PORTRAIT, FIRM, supervisor())["missing"] == []


def test_s4_15_an_enterprise_that_is_two_nodes_has_one_portrait(town: Town) -> None:
    """The registered one stands for both, and what only the other says of it keeps its own source."""
    twin = "E:gleif:1"
    store = town.service.store
    head = RunHeader("gleif", "gleif_level1", "g.csv", "1" * 64, DAY, "d")
    common = {"audience": "PUBLIC", "bank": None, "line": 3}
    entity = {"id": twin, "name": "A Co", "lei": "529900T8BM49AURSDO55", "region_code": "441283", **common}
    stage = Stage(0, head)
    bills = records([(OTHER_FIRM, frozenset({"GAS"}))])["utilities"]
    store.commit(head, [NodeBatch(stage, "LegalEntity", ("Enterprise",), [entity])])
    town.deliver(utilities=[line.replace(f"E:{OTHER_FIRM}", twin) for line in bills])
    same = {
        "start": twin,
        "end": f"E:{OTHER_FIRM}",
        "key": 77,
        "valid_from": None,
        "valid_to": None,
        **common,
    }
    judged = {**same, "judgement": "ACCEPTED"}
    store.commit(head, [EdgeBatch(stage, "SAME_AS", "LegalEntity", "LegalEntity", [judged])])
    told = town.ask(PORTRAIT, OTHER_FIRM)
    assert [section["dataset"] for section in told["sections"]] == ["REGISTRATION", "GAS"]
    named = {each["name"]: each["chosen"]["dataset"] for each in told["sections"][0]["properties"]}
    assert (named["name"], "lei" in named) == ("enterprises", False)
    query = "query ($id: ID!, $asOf: Date!) { node(id: $id, asOf: $asOf) { provenance(asOf: $asOf) { name chosen { dataset } } } }"
    whole = {p["name"]: p["chosen"]["dataset"] for p in town.ask(query, OTHER_FIRM)["provenance"]}
    assert (whole["lei"], whole["uscc"]) == ("gleif_level1", "enterprises")


# Utilities (S3-25) ------------------------------------------------------------------------------------------------


def electricity(*said: str) -> list[str]:
    """Lines of ELECTRICITY: ``month due paid``, a dash where it is not paid."""
    lines = [POWER]
    for month, due, paid in (each.split() for each in said):
        lines.append(f"E:{OTHER_FIRM},{month},10,1000,{due},{paid.strip('-')}")
    return lines


UNPAID = ("2026-06 2026-07-15 -", "2026-07 2026-08-15 -", "2026-08 2026-09-15 -")


def test_s3_25_three_unpaid_months_of_electricity_raise_an_event_from_the_day_after_the_third_is_due(
    town: Town,
) -> None:
    town.deliver(ELECTRICITY=electricity("2026-05 2026-06-15 2026-06-10", *UNPAID))

    def power(day: dt.date) -> Any:
        told = town.ask(STANDING, OTHER_FIRM, supervisor(), day)
        assert told["unreported"] == ["WATER", "GAS"]
        return told["utilities"][0]

    due, after = dt.date(2026, 9, 15), dt.date(2026, 9, 16)
    assert power(due)["event"]["outcome"] == "PASSED"
    told = power(after)
    event = told["event"]
    assert (event["outcome"], event["rule"]["id"], event["rule"]["value"]) == (
        "FIRED",
        "utility_unpaid",
        "MEDIUM",
    )
    assert "S3-25" in event["rule"]["citation"]
    (run,) = nodes(told["unpaid"])
    assert (run["first"], run["last"], run["months"], run["since"]) == ("2026-06", "2026-08", 3, "2026-09-16")
    assert [f["id"] for f in event["evidence"]] == [f["id"] for f in run["facts"]]
    query = "query ($id: String!, $asOf: Date!) { fact(id: $id, asOf: $asOf) { source dataset line } }"
    rows = [
        town.body(query, supervisor(), id=fact["id"], asOf="2026-09-16")["data"]["fact"]
        for fact in run["facts"]
    ]
    assert rows == [{"source": "POWER_GRID", "dataset": "ELECTRICITY", "line": n} for n in (3, 4, 5)]


def test_s3_25_what_was_paid_later_is_unpaid_as_known_on_the_day(town: Town) -> None:
    paid = "2026-06 2026-07-15 2026-10-20"
    town.deliver(ELECTRICITY=electricity(paid, *UNPAID[1:]))

    def outcome(day: dt.date) -> str:
        return str(town.ask(STANDING, OTHER_FIRM, day=day)["utilities"][0]["event"]["outcome"])

    assert outcome(dt.date(2026, 10, 19)) == "FIRED"
    assert outcome(dt.date(2026, 10, 20)) == "PASSED"


def test_s3_25_a_gap_is_flagged_and_neither_bridges_nor_ends_a_run(town: Town) -> None:
    town.deliver(ELECTRICITY=electricity(UNPAID[0], UNPAID[2], "2026-09 2026-10-15 2026-10-10"))
    power = town.ask(STANDING, OTHER_FIRM)["utilities"][0]
    assert nodes(power["gaps"]) == [{"first": "2026-07", "last": "2026-07", "months": 1}]
    assert [(run["first"], run["last"]) for run in nodes(power["unpaid"])] == [
        ("2026-06", "2026-06"),
        ("2026-08", "2026-08"),
    ]
    event = power["event"]
    assert event["outcome"] == "UNKNOWN"
    inputs = {each["name"]: each["value"] for each in event["inputs"]}
    assert (inputs["unpaid_months"], inputs["unpaid_months_at_most"]) == (1, 3)
    assert event["rule"]["supply"]
    town.deliver(ELECTRICITY=electricity("2026-07 2026-08-15 2026-08-10"))
    filled = town.ask(STANDING, OTHER_FIRM)["utilities"][0]
    assert (nodes(filled["gaps"]), filled["event"]["outcome"]) == ([], "PASSED")


def test_s3_25_months_that_should_have_come_by_now_are_a_gap_too(town: Town) -> None:
    town.deliver(ELECTRICITY=electricity("2026-05 2026-06-15 2026-06-10"))
    power = town.ask(STANDING, OTHER_FIRM, day=dt.date(2026, 9, 1))["utilities"][0]
    assert (power["until"], nodes(power["gaps"])) == (
        "2026-07",
        [{"first": "2026-06", "last": "2026-07", "months": 2}],
    )
    assert [month["month"] for month in nodes(power["months"])] == ["2026-05"]


@pytest.mark.parametrize("utility", ["WATER", "GAS"])
def test_s3_25_water_and_gas_are_judged_alike_and_apart(town: Town, utility: str) -> None:
    rows = [f"u{m},E:{OTHER_FIRM},{utility},2026-0{m},1,1,2026-0{m + 1}-15," for m in (6, 7)]
    more = [f"v{m},E:{OTHER_FIRM},POWER,2026-0{m},1,1,2026-0{m + 1}-15," for m in (7, 8)]
    town.deliver(utilities=[BILLS, *rows, *more])
    told = town.ask(STANDING, OTHER_FIRM, day=dt.date(2026, 9, 20))["utilities"]
    assert {each["utility"]: each["event"]["outcome"] for each in told} == {
        utility: "PASSED",
        "POWER": "PASSED",
    }
    third = f"u8,E:{OTHER_FIRM},{utility},2026-08,1,1,2026-09-15,"
    town.deliver(utilities=[BILLS, third])
    told = town.ask(STANDING, OTHER_FIRM, day=dt.date(2026, 9, 20))["utilities"]
    assert {each["utility"]: each["event"]["outcome"] for each in told} == {
        utility: "FIRED",
        "POWER": "PASSED",
    }


def test_s3_25_a_borrower_s_unpaid_bills_raise_an_alert_on_his_open_loans(town: Town) -> None:
    loans = "record_id,borrower,bank,principal_fen,balance_fen,disbursed_on"
    town.deliver(
        loans=[
            loans,
            f"l1,E:{OTHER_FIRM},{BANK},1000,500,2026-02-01",
            f"l2,E:{OTHER_FIRM},{BANK},1000,0,2025-02-01",
            f"l3,E:{OTHER_FIRM},{OTHER_BANK},1000,500,2026-02-01",
        ]
    )
    town.deliver(ELECTRICITY=electricity(*UNPAID))
    query = """query ($bank: ID!, $asOf: Date!) { postLoanAlerts(bank: $bank, asOf: $asOf) { edges { node {
      key severity relation since rule { id } loan { graphId } listed { graphId }
      record { graphId ... on UtilityRecord { month } } path { nodes facts { relationship } } } } } }"""
    who = Principal(Role.LENDER, org=f"E:{BANK}", purpose=Purpose.POST_LOAN, token_id="t")

    def alerts(day: str) -> list[dict[str, Any]]:
        body = town.body(query, who, bank=f"E:{BANK}", asOf=day)
        assert "errors" not in body, body
        return nodes(body["data"]["postLoanAlerts"])

    assert alerts("2026-09-15") == []
    (alert,) = alerts("2026-09-16")
    assert (alert["rule"]["id"], alert["relation"], alert["since"]) == (
        "utility_unpaid",
        "BORROWER",
        "2026-09-16",
    )
    assert alert["record"]["month"] == "2026-06"
    assert alert["listed"]["graphId"] == f"E:{OTHER_FIRM}"
    assert [fact["relationship"] for fact in alert["path"]["facts"]] == [*["SUBJECT_OF"] * 3, "LENT_TO"]
    town.deliver(ELECTRICITY=electricity(*UNPAID, "2026-09 2026-10-15 -"))
    assert [each["key"] for each in alerts("2026-11-22")] == [alert["key"]], "one alert as long as it lasts"
    town.deliver(dt.date(2026, 11, 23), ELECTRICITY=electricity("2026-08 2026-09-15 2026-11-20"))
    assert alerts("2026-11-22") == []
    assert len(alerts("2026-11-19")) == 1


# Loan history (S3-02) ---------------------------------------------------------------------------------------------


def test_s3_02_an_enterprise_without_any_loan_has_a_file_and_whether_it_borrowed_is_told_to_whom_it_may_be(
    town: Town,
) -> None:
    loans = "record_id,borrower,bank,principal_fen,balance_fen,disbursed_on"
    town.deliver(
        loans=[
            loans,
            f"l1,E:{FIRM},{BANK},1000,0,2025-02-01",
            f"l2,E:{CODES[0]},{OTHER_BANK},1000,500,2026-02-01",
        ]
    )
    coverage = """query ($zone: String!, $asOf: Date!, $after: String) { archiveCoverage(zone: $zone, asOf: $asOf) {
      enterprises withFile rate missing(first: 3, after: $after) { totalCount pageInfo { hasNextPage endCursor }
      edges { node { graphId hasLoanHistory } } } } }"""
    bare = {f"E:{code}" for code, sets in zip(CODES, SUBSETS, strict=True) if sets == {"REGISTRATION"}}
    told = town.body(coverage, supervisor("441283"), zone="441283", asOf="2026-11-22")["data"][
        "archiveCoverage"
    ]
    assert (told["enterprises"], told["withFile"], told["rate"]) == (32, 31, 31 / 32)
    assert {node["graphId"] for node in nodes(told["missing"])} == bare
    assert [node["hasLoanHistory"] for node in nodes(told["missing"])] == [None]

    def history(
        code: str, who: Principal, bank: str = BANK, day: dt.date = DAY
    ) -> tuple[bool | None, bool | None]:
        said = town.ask(HISTORY, code, who, day, bank=f"E:{bank}")
        return said["hasLoanHistory"], said["at"]

    with_file_and_no_loan = CODES[-2]
    assert history(FIRM, lender()) == (True, True), "a repaid loan is history"
    assert history(FIRM, lender(), day=dt.date(2025, 1, 31)) == (None, False), "before it was paid out"
    assert history(with_file_and_no_loan, lender()) == (None, False), "elsewhere is not for him to know"
    assert history(CODES[0], lender()) == (None, False), "another bank's loan changes nothing"
    for bank in (OTHER_BANK, BANK):
        assert history(FIRM, lender(OTHER_BANK), bank) == history(
            with_file_and_no_loan, lender(OTHER_BANK), bank
        )
    for who in (supervisor(), officer(), Principal(Role.PUBLIC), operator()):
        assert history(FIRM, who) == history(with_file_and_no_loan, who) == (None, None)
    assert history(FIRM, operator(org=f"E:{BANK}")) == (True, True)


def test_s3_02_an_ended_loan_is_history_and_an_undelivered_book_is_no_no(town: Town) -> None:
    query = {code: town.ask(HISTORY, code, lender(), bank=f"E:{BANK}") for code in (FIRM, OTHER_FIRM)}
    assert set(map(str, query.values())) == {str({"hasLoanHistory": None, "at": None})}
    loans = "record_id,borrower,bank,principal_fen,balance_fen,disbursed_on,valid_from,valid_to"
    town.deliver(loans=[loans, f"l1,E:{FIRM},{BANK},1000,0,2020-02-01,2020-02-01,2021-02-01"])
    told = town.ask(HISTORY, FIRM, lender(), bank=f"E:{BANK}")
    assert told == {"hasLoanHistory": True, "at": True}


def test_s3_02_no_guarantee_or_mortgage_stands_in_for_a_loan(town: Town) -> None:
    resident = make_resident_id("441283", dt.date(1980, 2, 3), 11)
    before = town.ask(HISTORY, OTHER_FIRM, lender(), bank=f"E:{OTHER_BANK}")
    town.deliver(
        persons=["record_id,name,identity_number", f"p1,甲某,{resident}"],
        guarantees=[
            "record_id,guarantor,beneficiary,amount_fen,form",
            f"t1,P:{resident},E:{OTHER_FIRM},1,GENERAL",
        ],
        loans=[
            "record_id,borrower,bank,principal_fen,balance_fen,disbursed_on",
            f"l9,E:{OTHER_FIRM},{OTHER_BANK},1000,500,2026-02-01",
        ],
    )
    assert town.ask(HISTORY, OTHER_FIRM, lender(), bank=f"E:{OTHER_BANK}") == before
