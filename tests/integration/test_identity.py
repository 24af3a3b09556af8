"""Who is one, and who is listed: over the command line and over HTTP, decided, undone, opened again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from graph_service.trust.demo_issuer import Grant
from loaders import Keys, LoadRequest, Vault, load
from schema.access import Purpose, Role
from schema.identifiers.resident_id import make_resident_id
from schema.identifiers.uscc import make_uscc
from tests.integration import api_town
from tests.integration.api_town import FILES, LENDER, OTHER_LENDER, Town, town
from tests.integration.command_line import CommandLine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LISTED, NAMESAKE, QUIET = (make_uscc("91", "441283", f"Y000000{n}") for n in (1, 2, 3))
DEBTOR = make_resident_id("441283", dt.date(1975, 6, 7), 21)
OURS = Keys(bytes(range(32)))  # the loader and the service must hash alike
UNCODED = "E:city:u1"
STEWARD = Grant(Role.STEWARD, region="441200")
STEWARD_ELSEWHERE = Grant(Role.STEWARD, region="330000")
IDENTITY: dict[str, list[str]] = FILES | {
    "enterprises": [
        *FILES["enterprises"],
        f"z1,{LISTED},某市华丰机械有限公司,ENTERPRISE,441283,true",
        f"z2,{NAMESAKE},某市华丰机械有限公司,ENTERPRISE,441283,true",
        f"z3,{QUIET},肇庆市绿野农业科技有限公司,ENTERPRISE,441283,true",
        "u1,,肇慶市綠野農業科技有限責任公司,ENTERPRISE,441283,true",
    ],
    "persons": [*FILES["persons"], f"z9,李建国,{DEBTOR}"],
    "list_memberships": [
        "record_id,party,list_kind,document_no,authority,listed_on,removed_on",
        f"n1,E:{LISTED},DISHONEST_DEBTOR,(2025)1号,某市法院,2025-03-01,",
        f"n2,P:{DEBTOR},DISHONEST_DEBTOR,(2025)2号,某市法院,2025-04-01,",
        f"n3,E:{QUIET},ABNORMAL_OPERATION,(2024)3号,某市监局,2024-01-01,2024-06-01",
    ],
    "police_dishonest": [
        "record_id,party,database,listed_on",
        f"o1,E:{QUIET},POLICE_DISHONEST,2025-05-01",
    ],
}
SCREEN = """query($name: String!, $uscc: Uscc, $identityNumber: String, $birthYear: Int, $asOf: Date) {
  screen(name: $name, uscc: $uscc, identityNumber: $identityNumber, birthYear: $birthYear, asOf: $asOf) {
    decision score algorithm asOf knownRun queryHash
    lists { source dataset asOf run publishedAt }
    hits { party name score decision features { name outcome verdict factor zh en }
      entries { listKind documentNo listedOn factId } decided { outcome decidedBy decidedAt reason holds } } } }"""
DECIDE = """mutation($input: DecideScreeningInput!) { decideScreening(input: $input) {
  screening { decision hits { party decision decided { outcome holds } } } userErrors { code message } } }"""
PAIRS = """query($judgement: SameAsJudgement) { sameAsProposals(judgement: $judgement, first: 10) { totalCount edges { node {
  left right leftName rightName judgement score algorithm features { name outcome } reason decidedBy decidedAt factId } } } }"""
JUDGE = """mutation($input: DecideSameAsInput!) { decideSameAs(input: $input) {
  proposal { judgement factId reason decidedBy } userErrors { code } } }"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setenv("GRAPH_SERVICE_IDENTITY_KEY", OURS.identity.hex())
    monkeypatch.setattr(api_town, "KEYS", OURS)
    with town(tmp_path, IDENTITY) as served:
        yield served


def screened(here: Town, name: str, who: Grant = LENDER, **known: Any) -> dict[str, Any]:
    answer = here.ask(SCREEN, who, Purpose.LENDING, name=name, **known)
    found: dict[str, Any] = answer.data["screen"]
    return found


def deliver(here: Town, folder: Path, kind: str, *lines: str) -> None:
    path = folder / f"{kind}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    request = LoadRequest(kind, path, source="city", as_of=dt.date(2026, 2, 1))
    assert load(here.service.store, request, Vault(folder / "vault", b"v" * 32), OURS).changed


def decide(here: Town, outcome: str, who: Grant = LENDER, **more: Any) -> dict[str, Any]:
    sent = {
        "name": "某市华丰机械有限责任公司",
        "party": f"E:{LISTED}",
        "outcome": outcome,
        "reason": "核对营业执照",
    }
    answer = here.ask(DECIDE, who, Purpose.LENDING, input=sent | more)
    payload: dict[str, Any] = answer.data["decideScreening"]
    return payload


def test_a_listed_enterprise_is_found_and_everything_is_said_about_it(here: Town) -> None:
    found = screened(here, "某市華豐機械有限責任公司")
    assert (found["decision"], found["score"]) == ("MATCH", 1.0)
    (hit,) = found["hits"]
    assert hit["party"] == f"E:{LISTED}"
    assert {f["name"] for f in hit["features"]} == {"brand", "industry", "form", "region"}
    assert all(f["zh"] and f["en"] for f in hit["features"])
    assert [e["documentNo"] for e in hit["entries"]] == ["(2025)1号"]
    assert [(v["dataset"], v["asOf"]) for v in found["lists"]] == [("list_memberships", "2026-01-01")]
    assert len(found["queryHash"]) == 64
    assert found["queryHash"] == screened(here, "某市华丰机械有限责任公司")["queryHash"]
    assert found["queryHash"] != screened(here, "某市华丰机械有限公司 第一分公司")["queryHash"]


def test_a_namesake_with_another_code_is_shown_as_none_with_its_veto(here: Town) -> None:
    found = screened(here, "某市华丰机械有限公司", uscc=NAMESAKE)
    assert (found["decision"], found["hits"][0]["score"]) == ("NO", 0.0)
    assert found["hits"][0]["features"][0]["verdict"] == "VETOES"
    assert screened(here, "某市华丰机械有限公司", uscc=LISTED)["decision"] == "MATCH"


def test_whoever_is_on_no_list_and_a_removed_entry_are_not_found(here: Town) -> None:
    assert screened(here, "某市青禾农业有限公司")["hits"] == []
    assert screened(here, "肇庆市绿野农业科技有限公司")["hits"] == []
    assert screened(here, "肇庆市绿野农业科技有限公司", asOf="2024-03-01")["decision"] == "MATCH"
    assert screened(here, "某市华丰机械有限公司", asOf="2025-02-28")["hits"] == []


def test_a_list_that_the_caller_may_not_see_is_not_searched(here: Town) -> None:
    supervisor = Grant(Role.SUPERVISOR, region="441200")
    secret = here.ask(SCREEN, supervisor, Purpose.INVESTIGATION, name="肇庆市绿野农业科技有限公司")
    assert [e["listKind"] for e in secret.data["screen"]["hits"][0]["entries"]] == ["POLICE_DISHONEST"]
    plain = here.ask(SCREEN, supervisor, Purpose.SUPERVISION, name="肇庆市绿野农业科技有限公司")
    assert plain.data["screen"]["hits"] == []
    assert here.ask(SCREEN, None, None, name="某市华丰机械有限公司").code == "UNAUTHENTICATED"


def test_s3_24_a_person_s_name_alone_is_for_review_and_the_number_decides(here: Town) -> None:
    assert screened(here, "李建国")["decision"] == "REVIEW"
    assert screened(here, "Li Jianguo")["decision"] == "REVIEW"
    assert screened(here, "李建国", identityNumber=DEBTOR)["decision"] == "MATCH"
    other = make_resident_id("441283", dt.date(1975, 6, 7), 23)
    assert screened(here, "李建国", identityNumber=other)["decision"] == "NO"


def test_a_year_of_birth_that_is_closed_to_the_caller_cannot_be_asked_out(here: Town) -> None:
    right, wrong = (screened(here, "李建国", birthYear=year)["hits"][0] for year in (1975, 1976))
    assert right["score"] == wrong["score"]
    assert "birth_year" not in {f["name"] for f in right["features"]}


def test_a_cleared_hit_stays_in_sight_and_another_bank_decides_for_itself(here: Town) -> None:
    payload = decide(here, "CLEARED")
    assert payload["userErrors"] == []
    assert payload["screening"]["decision"] == "NO"
    (hit,) = screened(here, "某市华丰机械有限责任公司")["hits"]
    assert (hit["decision"], hit["score"], hit["decided"]["holds"]) == ("NO", 1.0, True)
    assert hit["decided"]["decidedBy"].startswith("LENDER:E:")
    assert hit["decided"]["reason"] == "核对营业执照"
    theirs = screened(here, "某市华丰机械有限责任公司", OTHER_LENDER)
    assert (theirs["decision"], theirs["hits"][0]["decided"]) == ("MATCH", None)


def test_a_new_entry_opens_a_cleared_hit_again(here: Town, tmp_path: Path) -> None:
    decide(here, "CLEARED")
    header = IDENTITY["list_memberships"][0]
    deliver(
        here,
        tmp_path,
        "list_memberships",
        header,
        f"n9,E:{LISTED},SERIOUS_VIOLATION,(2026)9号,某市监局,2026-01-15,",
    )
    found = screened(here, "某市华丰机械有限责任公司")
    assert found["decision"] == "MATCH"
    assert (found["hits"][0]["decided"]["outcome"], found["hits"][0]["decided"]["holds"]) == (
        "CLEARED",
        False,
    )
    assert [e["documentNo"] for e in found["hits"][0]["entries"]] == ["(2026)9号", "(2025)1号"]


def test_a_changed_entry_opens_it_again_and_an_unrelated_one_does_not(here: Town, tmp_path: Path) -> None:
    decide(here, "CLEARED")
    header = IDENTITY["list_memberships"][0]
    deliver(
        here, tmp_path, "list_memberships", header, f"n8,E:{QUIET},TAX_ARREARS,(2026)8号,某税局,2026-01-15,"
    )
    assert screened(here, "某市华丰机械有限责任公司")["decision"] == "NO"
    deliver(
        here,
        tmp_path,
        "list_memberships",
        header,
        f"n1,E:{LISTED},DISHONEST_DEBTOR,(2025)1号,某市法院,2025-03-02,",
    )
    assert screened(here, "某市华丰机械有限责任公司")["decision"] == "MATCH"


def test_a_decision_is_taken_back_and_confirmed_and_bad_ones_are_refused(here: Town) -> None:
    decide(here, "CLEARED")
    assert decide(here, "UNDECIDED")["screening"]["decision"] == "MATCH"
    assert decide(here, "CONFIRMED")["screening"]["hits"][0]["decided"]["outcome"] == "CONFIRMED"
    assert decide(here, "CLEARED", reason=" ")["userErrors"][0]["code"] == "BAD_USER_INPUT"
    assert decide(here, "CLEARED", party=f"E:{NAMESAKE}")["userErrors"][0]["code"] == "NOT_FOUND"


def propose(here: Town) -> dict[str, Any]:
    from graph_service.asking import Question
    from graph_service.trust.principal import operator
    from graph_service.use_cases.identity import propose_same_as

    question = Question(operator(), dt.date(2026, 3, 1))
    return vars(here.service.answer(question, "cli.same-as.propose", {}, propose_same_as))


def pairs(here: Town, who: Grant = STEWARD, **wanted: Any) -> list[dict[str, Any]]:
    edges = here.ask(PAIRS, who, Purpose.OPERATIONS, **wanted).data["sameAsProposals"]["edges"]
    return [edge["node"] for edge in edges]


def judge(
    here: Town, judgement: str, who: Grant = STEWARD, reason: str = "同一地址与法定代表人"
) -> dict[str, Any]:
    sent = {"left": UNCODED, "right": f"E:{QUIET}", "judgement": judgement, "reason": reason}
    payload: dict[str, Any] = here.ask(JUDGE, who, Purpose.OPERATIONS, input=sent).data["decideSameAs"]
    return payload


def test_a_pair_is_proposed_once_explained_accepted_and_undone(here: Town) -> None:
    before = here.service.store.known_run()
    assert propose(here)["proposed"] == 1
    again = propose(here)
    assert (again["proposed"], again["by_identifier"], again["known"]) == (0, 0, 1)
    assert (again["not_compared"], again["crowded"]) == (0, ())
    (pair,) = pairs(here)
    assert {pair["left"], pair["right"]} == {UNCODED, f"E:{QUIET}"}
    assert (pair["judgement"], pair["score"], pair["decidedBy"]) == ("PROPOSED", 1.0, None)
    accepted = judge(here, "ACCEPTED")["proposal"]
    assert accepted["decidedBy"].startswith("STEWARD:")
    (pair,) = pairs(here, judgement="ACCEPTED")
    assert (pair["reason"], pair["factId"]) == ("同一地址与法定代表人", accepted["factId"])
    assert propose(here)["proposed"] == 0
    undone = judge(here, "PROPOSED", reason="地址有误")["proposal"]
    assert undone["factId"] != accepted["factId"]
    assert [p["judgement"] for p in pairs(here)] == ["PROPOSED"]
    store = here.service.store
    runs = [int(each["factId"].partition("@")[2]) for each in (accepted, undone)]
    past = [[r["judgement"] for r in store.facts("SAME_AS", run).rows()] for run in (before, *runs)]
    assert past == [[], ["ACCEPTED"], ["PROPOSED"]]


def test_a_pair_lies_in_its_region_and_needs_a_reason(here: Town) -> None:
    propose(here)
    assert pairs(here, STEWARD_ELSEWHERE) == []
    assert judge(here, "ACCEPTED", STEWARD_ELSEWHERE)["userErrors"] == [{"code": "NOT_FOUND"}]
    assert judge(here, "ACCEPTED", reason=" ")["userErrors"] == [{"code": "BAD_USER_INPUT"}]
    assert here.ask(PAIRS, LENDER, Purpose.LENDING).code == "FORBIDDEN"


def test_a_decision_is_audited_without_the_name_or_the_number(here: Town) -> None:
    decide(here, "CLEARED")
    screened(here, "李建国", identityNumber=DEBTOR)
    assert here.service.audit.verify().ok
    paths = (here.service.settings.data_dir / "audit").rglob("*")
    content = b"".join(path.read_bytes() for path in paths if path.is_file())
    assert b"decideScreening" in content
    assert DEBTOR.encode() not in content
    assert "华丰".encode() not in content


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for name in ("STORE", "DATA_DIR", "DEBUG"):
        monkeypatch.delenv(f"GRAPH_SERVICE_{name}", raising=False)
    line = CommandLine(tmp_path / "data", capsys)
    folder = tmp_path / "town"
    folder.mkdir()
    for kind, lines in IDENTITY.items():
        (folder / f"{kind}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert line("load", "canonical", folder, "--quiet", "--source", "city").code == 0
    return line


def test_the_command_line_screens_a_name_and_keeps_a_decision(cli: CommandLine) -> None:
    (first,) = cli("screen", "某市华丰机械有限责任公司", "--json").json["screenings"]
    assert (first["decision"], first["algorithm"]) == ("match", "xinlian-names-2")
    cleared = cli(
        "screen", "某市华丰机械有限责任公司", "--clear", f"E:{LISTED}", "--reason", "同名", "--json"
    )
    assert cleared.json["screenings"][0]["decision"] == "no"
    shown = cli("screen", "某市华丰机械有限责任公司")
    assert "CLEARED" in shown.out
    assert "字号相同" in shown.out
    assert cli("screen", "某市华丰机械有限责任公司", "--clear", f"E:{LISTED}").code == 2
    assert cli("screen", "x").code == 2


def test_the_command_line_screens_a_file_in_any_format(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_bytes(
        f"企业名称,统一社会信用代码\n某市华丰机械有限公司,{LISTED}\n某市青禾农业有限公司,\n".encode("gb18030")
    )
    said = cli("screen", file, "--json").json["screenings"]
    assert [each["decision"] for each in said] == ["match", "no"]
    people = tmp_path / "people.ndjson"
    people.write_text(f'{{"name": "李建国", "identity_number": "{DEBTOR}"}}\n', encoding="utf-8")
    assert cli("screen", people, "--json").json["screenings"][0]["decision"] == "match"
    bad = tmp_path / "bad.csv"
    bad.write_text("who,uscc\na,\n", encoding="utf-8")
    assert cli("screen", bad).code == 2


def test_the_command_line_proposes_decides_and_undoes(cli: CommandLine) -> None:
    assert cli("same-as", "propose", "--json").json["proposed"] == 1
    (pair,) = cli("same-as", "list", "--json").json["pairs"]
    ends = (pair["left"], pair["right"])
    accepted = cli("same-as", "decide", *ends, "accepted", "--reason", "核对", "--json").json
    assert (accepted["judgement"], accepted["decided_by"]) == ("ACCEPTED", "OPERATOR:cli")
    assert cli("same-as", "undo", *ends, "--reason", "误判", "--json").json["judgement"] == "PROPOSED"
    assert "PROPOSED" in cli("same-as", "list").out
    assert cli("same-as", "decide", *ends, "perhaps", "--reason", "x").code == 2
    assert cli("same-as", "decide", "E:1", "E:2", "accepted", "--reason", "x").code == 1
