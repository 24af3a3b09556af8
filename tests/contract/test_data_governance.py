"""What stewards, supervisors and auditors ask about deliveries, on both stores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from graph_service.asking import Question
from graph_service.service import Service, open_service
from graph_service.settings import read_settings
from graph_service.trust.principal import Principal, operator
from graph_service.use_cases.batches import batch_history, list_batches, review_batch, signatory
from graph_service.use_cases.channel_quality import quality_by_channel
from graph_service.use_cases.coverage import archive_coverage
from graph_service.use_cases.data_catalogue import data_catalogue
from graph_service.use_cases.freshness import county_obligations, data_freshness, obligation_status
from graph_service.use_cases.listing_counts import listing_counts
from graph_service.use_cases.parties import node
from graph_service.use_cases.provenance import provenance
from graph_service.use_cases.telemetry import pond_telemetry
from loaders import LoadRequest, load
from loaders.agreements import Agreement, Agreements, Terms
from loaders.approval import Receipt, receive
from loaders.batch import State
from schema.access import Purpose, Role
from schema.datasets import DATASETS
from schema.errors import AccessDenied, FileRefused, InputError, NotFound, StoreError
from schema.fields import FieldType
from schema.nodes import NODES
from schema.periods import Period
from schema.ports import NodeBatch, Stage
from schema.provenance import RunHeader
from tests.integration.api_town import CORE, FILES, HOUSEHOLD, SUPPLIER

T = TypeVar("T")
AS_OF = dt.date(2026, 1, 1)
AGREEMENTS = """
[[agreements]]
id = "C-1"
name = "县区合作机制"
department = "POWER_GRID"
county = "441283"
owner = "县政府"
[agreements.datasets]
ELECTRICITY = { fields = ["party", "month", "quantity", "amount_fen"], obliged = true }
[[agreements]]
id = "C-2"
name = "县区合作机制"
department = "HUMAN_RESOURCES"
county = "441283"
owner = "县政府"
[agreements.datasets]
SOCIAL_INSURANCE = { fields = ["party", "month", "headcount", "amount_fen", "arrears_fen"], obliged = true }
WAGE_ARREARS = { fields = ["record_id", "party", "found_on"] }
[[agreements]]
id = "C-3"
name = "四眼"
department = "COURT"
owner = "中心"
[agreements.datasets]
ENFORCEMENT = { fields = ["record_id", "party", "case_no", "filed_on"], four_eyes = true, quality = { completeness = 0 } }
"""


def somebody(
    role: Role, purpose: Purpose, region: str | None = "441283", subject: str | None = None
) -> Principal:
    return Principal(role, region=region, purpose=purpose, subject=subject, token_id="t")


SUPERVISOR = somebody(Role.SUPERVISOR, Purpose.SUPERVISION)
ELSEWHERE = somebody(Role.SUPERVISOR, Purpose.SUPERVISION, "330000")
AUDITOR = somebody(Role.AUDITOR, Purpose.SUPERVISION, None)
STEWARD = somebody(Role.STEWARD, Purpose.OPERATIONS, subject="P:city:steward")


@dataclass(frozen=True)
class Centre:
    """A service over a small town, and what is delivered to it."""

    service: Service
    folder: Path

    def ask(
        self,
        operation: str,
        use_case: Callable[..., T],
        *args: Any,
        who: Principal = SUPERVISOR,
        day: dt.date = AS_OF,
        known_at: dt.datetime | None = None,
    ) -> T:
        question = Question(who, day, known_at)
        return self.service.answer(question, operation, {}, lambda asking: use_case(asking, *args))

    def bring(
        self, code: str, *lines: str, source: str = "", day: dt.date = AS_OF, who: str = "alice"
    ) -> Receipt:
        path = self.folder / f"{code}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return receive(self.service.reception, LoadRequest(code, path, source, day), who)

    def load(self, files: dict[str, list[str]], source: str = "city", day: dt.date = AS_OF) -> None:
        folder = self.folder / f"{source}{day}{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        for kind, lines in files.items():
            (folder / f"{kind}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        desk = self.service.reception
        report = load(desk.store, LoadRequest("canonical", folder, source, day), desk.vault, desk.keys)
        assert not any(file.errors_by_code for file in report.files), report


@pytest.fixture
def centre(store_url: str, tmp_path: Path) -> Iterator[Centre]:
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "all.toml").write_text(AGREEMENTS, encoding="utf-8")
    settings = read_settings(
        store=store_url, data_dir=tmp_path / "data", agreements_dir=tmp_path / "agreements"
    )
    service = open_service(settings, "test")
    town = Centre(service, tmp_path)
    town.load(FILES)
    yield town
    service.close()


def test_s3_28_t12_the_catalogue_shows_exactly_two_unassigned_datasets(centre: Centre) -> None:
    agreements = centre.service.reception.agreements
    found = centre.ask("dataCatalogue", data_catalogue, agreements, "UNASSIGNED")
    assert [entry.code for entry in found] == ["ENVIRONMENT", "WATER"]
    by_code = {e.code: e for e in centre.ask("dataCatalogue", data_catalogue, agreements, None)}
    assert by_code["ELECTRICITY"].agreements == ("C-1",)
    assert by_code["TRADEMARK"].suppliers[0].predecessors == ("INDUSTRY_COMMERCE",)
    assert by_code["POLICE_DISHONEST"].audience == "POLICE"
    assert by_code["CHATTEL_MORTGAGE"].relationships == ("PLEDGED_BY", "PLEDGED_TO", "SECURES")
    assert by_code["CREDIT_FILE"].kind is None


def test_s0_24_a_dataset_whose_newest_batch_is_older_than_a_day_is_overdue(centre: Centre) -> None:
    def electricity(at: dt.datetime | None = None, day: dt.date = AS_OF) -> Any:
        found = centre.ask("dataFreshness", data_freshness, "POWER_GRID", day=day, known_at=at, who=AUDITOR)
        assert [f.dataset for f in found] == ["ELECTRICITY"]
        return found[0]

    never = electricity()
    assert (never.overdue, never.late, never.last_batch, never.age_hours) == (True, True, None, None)
    batch = centre.bring(
        "ELECTRICITY",
        "party,month,quantity,amount_fen",
        f"E:{CORE},2025-12,1,1",
        source="POWER_GRID.441283",
    ).batch
    soon, later = (batch.received_at + dt.timedelta(hours=hours) for hours in (24, 25))
    fresh, overdue = electricity(soon), electricity(later)
    assert (fresh.overdue, fresh.late, fresh.data_age_days) == (False, False, 0)
    assert overdue.overdue
    assert overdue.age_hours == pytest.approx(25)
    assert overdue.last_batch.sha256 == batch.sha256
    # The data's own rhythm is a month, whatever the heartbeat says.
    assert not electricity(soon, AS_OF + dt.timedelta(days=31)).late
    assert electricity(soon, AS_OF + dt.timedelta(days=32)).late
    empty = centre.bring("ELECTRICITY", "party,month,quantity,amount_fen", source="POWER_GRID.441283").batch
    beaten = electricity(empty.received_at + dt.timedelta(hours=1), AS_OF + dt.timedelta(days=32))
    assert (beaten.overdue, beaten.late) == (False, True)


def test_s0_24_freshness_follows_departments_to_their_successors(centre: Centre) -> None:
    header = "record_id,party,name,awarded_on"
    centre.bring(
        "TRADEMARK", header, f"t1,E:{CORE},甲,2014-01-01", source="INDUSTRY_COMMERCE", day=dt.date(2014, 6, 1)
    )
    found = centre.ask("dataFreshness", data_freshness, "INDUSTRY_COMMERCE")
    assert {f.department for f in found} == {"MARKET_REGULATION"}
    trademark = next(f for f in found if f.dataset == "TRADEMARK")
    assert trademark.last_batch is not None
    assert trademark.late is None  # it comes by event
    with pytest.raises(InputError, match="no department"):
        centre.ask("dataFreshness", data_freshness, "NOBODY")


def test_s1_40_a_county_s_obligations_list_what_is_owed_and_not_delivered(centre: Centre) -> None:
    agreements = centre.service.reception.agreements

    def owed(day: dt.date = AS_OF) -> Any:
        return centre.ask("obligationStatus", obligation_status, agreements, "441283", day=day)

    first = owed()
    assert (first.owed, first.delivered) == (2, 0)
    assert [(m.dataset, m.state) for m in first.missing] == [
        ("ELECTRICITY", "NEVER"),
        ("SOCIAL_INSURANCE", "NEVER"),
    ]
    lines = ("party,month,quantity,amount_fen", f"E:{CORE},2025-12,1,1")
    centre.bring("ELECTRICITY", *lines, source="POWER_GRID.441284")
    assert owed().delivered == 0, "another county's delivery fulfils nothing"
    centre.bring("ELECTRICITY", lines[0], source="POWER_GRID.441283")
    assert owed().delivered == 0, "a heartbeat is no data"
    centre.bring("ELECTRICITY", *lines, source="POWER_GRID.441283")
    assert [(m.dataset, m.source) for m in owed().missing] == [("SOCIAL_INSURANCE", "HUMAN_RESOURCES.441283")]
    assert next((m.dataset, m.state) for m in owed(AS_OF + dt.timedelta(days=32)).missing) == (
        "ELECTRICITY",
        "LATE",
    )
    with pytest.raises(InputError, match="no sharing agreement"):
        centre.ask("obligationStatus", obligation_status, agreements, "441284", who=AUDITOR)
    with pytest.raises(AccessDenied, match="outside your region"):
        centre.ask("obligationStatus", obligation_status, agreements, "441283", who=ELSEWHERE)


def test_s3_02_coverage_counts_files_of_enterprises_that_no_bank_knows(centre: Centre) -> None:
    def coverage(zone: str = "441283", who: Principal = SUPERVISOR) -> Any:
        return centre.ask("archiveCoverage", archive_coverage, zone, who=who)

    first = coverage()
    assert (first.enterprises, first.with_file, first.rate) == (2, 0, 0.0)
    assert [m.id for m in first.missing] == sorted((f"E:{CORE}", f"E:{SUPPLIER}"))
    # Neither has a loan; a record of a department makes the file.
    centre.load({"tax_records": ["record_id,party,record_kind", f"x1,E:{CORE},GRADE"]})
    second = coverage()
    assert (second.with_file, second.rate) == (1, 0.5)
    assert [m.id for m in second.missing] == [f"E:{SUPPLIER}"]
    centre.load(
        {
            "penalties": [
                "record_id,party,document_no,severity,decided_on",
                f"n1,E:{SUPPLIER},一号,GENERAL,2025-01-01",
            ]
        }
    )
    assert (coverage().rate, coverage().missing) == (1.0, ())
    assert coverage("4412", AUDITOR).enterprises == 2
    assert coverage("330000", AUDITOR).rate is None
    with pytest.raises(AccessDenied):
        coverage("4412")
    with pytest.raises(InputError, match="first 2 to 12 digits"):
        coverage("x")


def test_s0_03_every_property_of_an_enterprise_has_its_provenance(centre: Centre) -> None:
    full = {
        "enterprises": [
            "record_id,uscc,lei,reg_no,name,status,scale,industry_code,registered_on,registered_capital_fen,state_owned,shares_complete,entity_kind,region_code",
            f"e1,{CORE},,4412830001,某市宏远食品有限公司第一分公司,ACTIVE,SMALL,C13,2010-01-01,1000,false,true,ENTERPRISE,441283",
        ]
    }
    centre.load(full, "registry", dt.date(2026, 1, 2))
    for label in NODES:
        known = centre.service.store.nodes(label, centre.service.store.known_run())
        for node_id in list(known["id"])[:3]:
            who = operator() if label != "Loan" else AUDITOR
            try:
                shown = centre.ask("node", node, label, node_id, who=who).properties
            except NotFound:
                continue
            told = centre.ask("provenance", provenance, label, node_id, who=who)
            assert {p.name for p in told} == set(shown)
            assert all(p.chosen.value == shown[p.name] for p in told)
    entity = {p.name: p for p in centre.ask("provenance", provenance, "LegalEntity", f"E:{CORE}")}
    assert len(entity) >= 12
    chosen = entity["reg_no"].chosen
    assert (chosen.source, chosen.dataset, chosen.file, chosen.line, chosen.as_of) == (
        "registry",
        "enterprises",
        "enterprises.csv",
        2,
        dt.date(2026, 1, 2),
    )
    assert chosen.record_id == f"registry/enterprises@{chosen.batch}.2"
    name = entity["name"]
    assert name.chosen.source == "registry"
    assert [(o.source, o.value) for o in name.others] == [("city", "某市宏远食品有限公司")]


def test_s0_03_every_declared_property_of_an_enterprise_can_be_expanded(centre: Centre) -> None:
    sample = {
        FieldType.STRING: "x",
        FieldType.INTEGER: 1,
        FieldType.MONEY: 1,
        FieldType.RATIO: 0.5,
        FieldType.NUMBER: 0.5,
        FieldType.BOOLEAN: True,
        FieldType.DATE: AS_OF,
        FieldType.DATETIME: dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    }
    fields = NODES["LegalEntity"].fields
    row = {f.name: f.choices[0] if f.choices else sample[f.kind] for f in fields}
    header = RunHeader("registry", "enterprises", "full.csv", "0" * 64, AS_OF, "d")
    common = {"id": "E:full", "audience": "PUBLIC", "bank": None, "line": 7}
    batch = NodeBatch(
        Stage(0, header), "LegalEntity", ("Enterprise",), [{**common, **row, "region_code": "441283"}]
    )
    run = centre.service.store.commit(header, [batch])
    told = centre.ask("provenance", provenance, "LegalEntity", "E:full")
    assert [p.name for p in told] == [f.name for f in fields]
    assert {(p.chosen.batch, p.chosen.line, p.chosen.as_of) for p in told} == {(run, 7, AS_OF)}


def test_s0_03_a_property_that_no_row_states_fails(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    store = type(centre.service.store)
    sayings = store.sayings

    def without_names(self: Any, *args: Any) -> Any:
        table = sayings(self, *args)
        rows = [tuple(row.values()) for row in table.rows() if row["property"] != "name"]
        return type(table).of_rows(table.columns, rows)

    monkeypatch.setattr(store, "sayings", without_names)
    with pytest.raises(StoreError, match="No row is known for name"):
        centre.ask("provenance", provenance, "LegalEntity", f"E:{CORE}")


def test_s0_03_who_may_not_see_a_node_sees_no_provenance_of_it(centre: Centre) -> None:
    public = Principal(Role.PUBLIC)
    with pytest.raises(NotFound):
        centre.ask("provenance", provenance, "Household", HOUSEHOLD, who=public)
    person = next(p for p in centre.service.store.nodes("Person", centre.service.store.known_run()).rows())
    shown = {p.name for p in centre.ask("provenance", provenance, "Person", person["id"], who=public)}
    assert shown == {"name"}, "identity masks and birth years are not public"


def test_s1_42_readings_of_a_pond_come_to_one_answer_and_silence_is_stale(centre: Centre) -> None:
    pond = {"household_assets": ["record_id,household,asset_kind,species", "p1,H:h1,POND,TILAPIA"]}
    centre.load(pond)
    header = "asset,metric,reading,read_at"
    rows = [
        f"city:p1,dissolved_oxygen_mg_l,{v},2025-12-31T{h:02d}:00:00+08:00"
        for h, v in enumerate((5.5, 6.0, 6.5))
    ]
    centre.bring("POND_TELEMETRY", header, rows[2], rows[0], rows[0])

    def told(day: dt.date, hours: int = 24, who: Principal = SUPERVISOR) -> Any:
        return centre.ask("pondTelemetry", pond_telemetry, "city:p1", hours, who=who, day=day)

    centre.bring("POND_TELEMETRY", header, rows[1], rows[2], day=AS_OF + dt.timedelta(days=1))
    summary = told(dt.date(2025, 12, 31))
    (metric,) = summary.metrics
    assert (metric.count, metric.mean, metric.last, summary.flags) == (3, 6.0, 6.5, ())
    assert summary.confidence == 1.0
    silent = told(dt.date(2026, 1, 2))
    assert silent.flags == ("STALE_TELEMETRY",)
    assert 0 < silent.confidence < 1
    with pytest.raises(InputError, match="silentHours"):
        told(AS_OF, 0)
    with pytest.raises(NotFound):
        told(AS_OF, 24, ELSEWHERE)


def test_s4_13_t17_a_list_is_counted_by_cases_and_by_subjects(centre: Centre) -> None:
    header = "record_id,party,document_no,listed_on,removed_on"
    centre.bring(
        "DISHONEST_DEBTORS",
        header,
        f"c1,E:{CORE},一号,2019-01-01,2020-03-01",
        f"c2,E:{CORE},二号,2019-02-01,",
        f"c3,E:{SUPPLIER},三号,2019-01-01,2020-05-01",
    )
    year = (dt.date(2020, 1, 1), dt.date(2021, 1, 1))

    def counts(kind: str = "DISHONEST_DEBTOR") -> tuple[int, ...]:
        found = centre.ask("listingCounts", listing_counts, kind, *year)
        return (
            found.cases_listed,
            found.subjects_listed,
            found.cases_removed,
            found.subjects_left,
            found.subjects_remaining,
        )

    assert counts() == (1, 1, 2, 1, 1)
    centre.bring(
        "DISHONEST_DEBTORS", header, f"c2,E:{CORE},二号,2019-02-01,2020-12-31", day=dt.date(2026, 1, 2)
    )
    assert counts() == (0, 0, 3, 2, 0)
    with pytest.raises(InputError, match="ends before"):
        centre.ask("listingCounts", listing_counts, "DISHONEST_DEBTOR", year[1], year[0])


def test_s2_18_a_role_without_the_permission_does_not_count_what_a_risk_database_holds(
    centre: Centre,
) -> None:
    year = (dt.date(2020, 1, 1), dt.date(2027, 1, 1))
    databases = {
        "OVERDUE_FIRMS": "OVERDUE",
        "DEBT_EVADERS": "DEBT_EVADERS",
        "POLICE_DISHONEST": "POLICE_DISHONEST",
        "SUSPICIOUS_ACCOUNTS": "SUSPICIOUS_ACCOUNTS",
    }
    for code in databases:
        centre.bring(code, "record_id,party,listed_on", f"d1,E:{CORE},2025-01-01")
    analyst = somebody(Role.ANALYST, Purpose.STATISTICS)
    investigator = somebody(Role.SUPERVISOR, Purpose.INVESTIGATION)
    police = somebody(Role.ENFORCEMENT, Purpose.INVESTIGATION)

    def seen(who: Principal) -> set[str]:
        return {
            code
            for code, kind in databases.items()
            if centre.ask("listingCounts", listing_counts, kind, *year, who=who).cases_listed
        }

    assert seen(analyst) == {"DEBT_EVADERS"}
    assert seen(SUPERVISOR) == {"OVERDUE_FIRMS", "DEBT_EVADERS"}
    assert seen(investigator) == {*databases} - {"SUSPICIOUS_ACCOUNTS"}
    assert seen(police) == {*databases}


def test_s3_13_a_steward_signs_what_another_brought_and_in_his_region_only(centre: Centre) -> None:
    lines = ("record_id,party,case_no,filed_on", f"k1,E:{CORE},(2025)一号,2025-01-01")
    mine = centre.bring("ENFORCEMENT", *lines, source="COURT.441283", who="P:city:steward").batch
    theirs = centre.bring("ENFORCEMENT", *lines, source="COURT.330100").batch
    assert [b.id for b in centre.ask("batches", list_batches, "PENDING", None, who=STEWARD)] == [mine.id]
    desk = centre.service.reception

    def review(batch: str, decision: str = "APPROVE", who: Principal = STEWARD) -> Any:
        return centre.ask("reviewBatch", review_batch, desk, batch, decision, "seen", who=who)

    with pytest.raises(AccessDenied, match="does not sign"):
        review(mine.id)
    with pytest.raises(NotFound):
        review(theirs.id)
    nameless = somebody(Role.STEWARD, Purpose.OPERATIONS)
    with pytest.raises(AccessDenied, match="claim 'subject'"):
        review(mine.id, who=nameless)
    other = somebody(Role.STEWARD, Purpose.OPERATIONS, subject="P:city:other")
    with pytest.raises(InputError, match="APPROVE or REJECT"):
        review(mine.id, "PERHAPS", other)
    with pytest.raises(AccessDenied):
        review(mine.id, who=AUDITOR)
    assert review(mine.id, who=other).state is State.PUBLISHED
    assert signatory(operator()).startswith("cli:")


def test_what_is_noted_of_batches_rebuilds_no_projection(centre: Centre) -> None:
    before = centre.service.rooms.projections.at(centre.service.store.known_run())
    centre.bring("ELECTRICITY", "party,month,quantity,amount_fen", source="POWER_GRID.441283")
    after = centre.service.rooms.projections.at(centre.service.store.known_run())
    assert after.known_run > before.known_run
    assert after.frames is before.frames


POWER = "party,month,quantity,amount_fen"
FIVE = tuple(f"44128{n}" for n in range(1, 6))


def five_counties() -> Agreements:
    """Each of five county governments obliges its power bureau, and its social insurance."""
    due = {"ELECTRICITY": "POWER_GRID", "SOCIAL_INSURANCE": "HUMAN_RESOURCES"}
    return Agreements(
        tuple(
            Agreement(
                f"{county}-{code}",
                "县区合作机制",
                department,
                f"{county} 县政府",
                county,
                (Terms("x", code, frozenset(DATASETS[code].columns), Period(None, None), obliged=True),),
            )
            for county in FIVE
            for code, department in due.items()
        )
    )


def test_s1_40_datasets_owed_and_not_delivered_by_county(centre: Centre) -> None:
    agreements = five_counties()

    def owed(who: Principal = AUDITOR) -> dict[str, list[tuple[str, str]]]:
        found = centre.ask("countyObligations", county_obligations, agreements, who=who)
        assert all((status.owed, status.delivered + len(status.missing)) == (2, 2) for status in found)
        return {status.county: [(m.source, m.state) for m in status.missing] for status in found}

    def everything(county: str) -> list[tuple[str, str]]:
        return [(f"POWER_GRID.{county}", "NEVER"), (f"HUMAN_RESOURCES.{county}", "NEVER")]

    assert owed() == {county: everything(county) for county in FIVE}
    line = f"E:{CORE},2025-12,1,1"
    centre.bring("ELECTRICITY", POWER, line, source=f"POWER_GRID.{FIVE[0]}")
    centre.bring("ELECTRICITY", POWER, line, source=f"POWER_GRID.{FIVE[2]}", day=dt.date(2025, 10, 1))
    centre.bring("ELECTRICITY", POWER, source=f"POWER_GRID.{FIVE[3]}")
    lost = centre.bring("ELECTRICITY", POWER, "E:nobody,2025-12,1,1", source=f"POWER_GRID.{FIVE[4]}").batch
    assert (lost.state, lost.loaded, lost.quarantined) == (State.PUBLISHED, 0, 1)
    assert owed() == {
        FIVE[0]: everything(FIVE[0])[1:],
        FIVE[1]: everything(FIVE[1]),
        FIVE[2]: [(f"POWER_GRID.{FIVE[2]}", "LATE"), everything(FIVE[2])[1]],
        FIVE[3]: everything(FIVE[3]),  # an empty file is a heartbeat
        FIVE[4]: everything(FIVE[4]),  # a file of which nothing entered is nothing
    }
    assert {*owed(SUPERVISOR)} == {FIVE[2]}, "441283 is his county"


def test_s1_40_a_file_whose_rows_enter_later_is_delivered_then(centre: Centre) -> None:
    agreements = centre.service.reception.agreements

    def missing() -> list[str]:
        found = centre.ask("obligationStatus", obligation_status, agreements, "441283")
        return [each.dataset for each in found.missing]

    centre.bring("ELECTRICITY", POWER, "E:city:late,2025-12,1,1", source="POWER_GRID.441283")
    assert "ELECTRICITY" in missing()
    header = "record_id,uscc,name,entity_kind,region_code"
    centre.load({"enterprises": [header, "late,,某市迟来有限公司,ENTERPRISE,441283"]}, day=AS_OF)
    assert "ELECTRICITY" not in missing()


def test_s0_24_one_county_s_delivery_does_not_hide_the_silence_of_the_others(centre: Centre) -> None:
    agreements = five_counties()

    def fresh(who: Principal = AUDITOR) -> dict[str, tuple[bool, bool | None]]:
        found = centre.ask("dataFreshness", data_freshness, "POWER_GRID", agreements, who=who)
        assert {f.department for f in found} == {"POWER_GRID"}
        return {f.source: (f.overdue, f.late) for f in found}

    silent = {f"POWER_GRID.{county}": (True, True) for county in FIVE}
    assert fresh() == silent
    line = f"E:{CORE},2025-12,1,1"
    centre.bring("ELECTRICITY", POWER, line, source=f"POWER_GRID.{FIVE[1]}")
    centre.bring("ELECTRICITY", POWER, line, source="POWER_GRID.330100")
    beats = {f"POWER_GRID.{FIVE[1]}": (False, False), "POWER_GRID.330100": (False, False)}
    assert fresh() == silent | beats
    assert {*fresh(SUPERVISOR)} == {"POWER_GRID.441283"}


def test_s0_24_a_refused_delivery_forgets_nothing_that_was_published(centre: Centre) -> None:
    line, bureau = f"E:{CORE},2025-12,1,1", "POWER_GRID.441283"
    centre.bring("ELECTRICITY", POWER, line, source=bureau)
    path = centre.folder / "ELECTRICITY.csv"
    request = LoadRequest("ELECTRICITY", path, bureau, AS_OF - dt.timedelta(days=99), snapshot=bureau)
    with pytest.raises(FileRefused):
        receive(centre.service.reception, request, "alice")
    (found,) = centre.ask("dataFreshness", data_freshness, "POWER_GRID", who=AUDITOR)
    assert (found.data_age_days, found.late, found.last_batch.state) == (0, False, State.PUBLISHED)  # type: ignore[union-attr]


def test_s1_44_household_records_have_quality_metrics_by_channel(centre: Centre) -> None:
    header = "record_id,head,village_code,star_rating,civility_points,collection_channel,collection_basis"
    rows = [
        "h10,P:city:r9,441283105201,GOOD,5,WHOLE_VILLAGE,DEMAND",
        "h11,P:city:r9,441283105201,BRILLIANT,,WHOLE_VILLAGE,DEMAND",
        "h12,P:city:r9,441283105201,,,COMMISSIONER,CONSENT",
        "h12,P:city:r9,441283105201,,,COMMISSIONER,CONSENT",
        "h13,P:city:r9,,GOOD,,,DEMAND",
    ]
    before = {c.channel: c.rows for c in centre.ask("qualityByChannel", quality_by_channel, None)}
    residents = ["record_id,name,identity_number", "r9,李某,"]
    folder = centre.folder / "village"
    folder.mkdir()
    for kind, lines in {"residents": residents, "households": [header, *rows]}.items():
        (folder / f"{kind}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    desk = centre.service.reception
    report = load(desk.store, LoadRequest("canonical", folder, "village", AS_OF), desk.vault, desk.keys)
    told = centre.ask("qualityByChannel", quality_by_channel, "village")
    assert [dict(c) for f in report.files for c in f.channels] == [c.as_json() for c in told]
    columns = 7  # five of its own and two references
    assert {c.channel: (c.rows, c.validity, c.uniqueness) for c in told} == {
        "": (1, 0.0, 1.0),
        "COMMISSIONER": (2, 1.0, 0.5),
        "WHOLE_VILLAGE": (2, 0.5, 1.0),
    }
    full = {c.channel: c.completeness for c in told}
    assert full["WHOLE_VILLAGE"] == pytest.approx((6 + 5) / (2 * columns))
    assert full["COMMISSIONER"] == pytest.approx(4 / columns)
    after = {c.channel: c.rows for c in centre.ask("qualityByChannel", quality_by_channel, None)}
    assert sum(after.values()) == sum(before.values()) + len(rows)
    with pytest.raises(AccessDenied):
        centre.ask("qualityByChannel", quality_by_channel, None, who=Principal(Role.PUBLIC))


def test_s3_13_a_batch_s_history_is_shown_to_stewards_of_its_region(centre: Centre) -> None:
    lines = ("record_id,party,case_no,filed_on", f"k1,E:{CORE},(2025)一号,2025-01-01")
    batch = centre.bring("ENFORCEMENT", *lines, source="COURT.441283").batch
    centre.ask(
        "reviewBatch", review_batch, centre.service.reception, batch.id, "REJECT", "wrong", who=STEWARD
    )
    centre.bring("ENFORCEMENT", *lines, source="COURT.441283")
    steps = centre.ask("batchHistory", batch_history, batch.id, who=STEWARD)
    assert [(s.batch.state, s.batch.remark) for s in steps] == [
        (State.PENDING, ""),
        (State.REJECTED, "wrong"),
        (State.PENDING, ""),
    ]
    then = centre.ask("batches", list_batches, None, "ENFORCEMENT", who=AUDITOR, known_at=steps[1].at)
    assert [b.state for b in then] == [State.REJECTED]
    elsewhere = somebody(Role.STEWARD, Purpose.OPERATIONS, "330000", "P:city:steward")
    for unknown, who in ((batch.id, elsewhere), ("B:none", STEWARD)):
        with pytest.raises(NotFound):
            centre.ask("batchHistory", batch_history, unknown, who=who)
