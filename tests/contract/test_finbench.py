"""LDBC FinBench through the loaders, on both stores: a small directory of our own, and the published sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from loaders import Keys, LoadRequest, Vault, load

if TYPE_CHECKING:
    from loaders import LoadReport
    from schema.ports import GraphStore

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "finbench_driver"
BIG = "4616471093031471711"  # above 2^53: a float would change it
FILES = {
    "Company": [
        "companyId|companyName|isBlocked|createTime",
        "1|甲|false|2020-01-01",
        f"{BIG}|乙|true|2020-01-01",
    ],
    "Person": ["personId|personName|isBlocked|createTime", "1|丙|false|2020-01-01", "2|丁|false|2020-01-01"],
    "CompanyInvestCompany_head3000": [
        "investorId|companyId|ratio|createTime",
        f"1|{BIG}|0.25|2020-03-01 10:00:00.5",
        f"1|{BIG}|0.25|2020-04-01 10:00:00.5",
    ],
    "PersonInvestCompany": ["investorId|companyId|ratio|createTime", "1|1|1.25|2020-03-01 10:00:00"],
    "PersonGuaranteePerson": ["fromId|toId|createTime", "1|2|2020-03-01 10:00:00", "2|9|2020-03-01 10:00:00"],
    "Loan": ["loanId|loanAmount|balance|createTime", "77|100.125|0.005|2020-03-01 10:00:00"],
    "PersonApplyLoan": ["personId|loanId|createTime", "2|77|2020-03-01 10:00:00"],
    "Medium": ["mediumId|mediumType|isBlocked|createTime", "3|PHONE|false|2020-01-01"],
}


def load_finbench(store: GraphStore, path: Path, tmp_path: Path) -> LoadReport:
    vault = Vault(tmp_path / "vault", b"v" * 32)
    return load(store, LoadRequest("finbench", path), vault, Keys(b"a key of a test!"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    directory = tmp_path / "finbench"
    directory.mkdir()
    for stem, lines in FILES.items():
        (directory / f"{stem}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return directory


def test_every_row_of_a_small_directory_is_accounted_for(
    store: GraphStore, small: Path, tmp_path: Path
) -> None:
    report = load_finbench(store, small, tmp_path)
    books = {
        f.file: (f.ledger.loaded, f.ledger.quarantined, f.ledger.skipped, dict(f.errors_by_code))
        for f in report.files
    }
    assert books == {
        "Company.csv": (2, 0, 0, {}),
        "Person.csv": (2, 0, 0, {}),
        "Loan.csv": (1, 0, 0, {}),
        "CompanyInvestCompany_head3000.csv": (2, 0, 0, {}),
        "PersonInvestCompany.csv": (0, 1, 0, {"ratio.range": 1}),
        "PersonGuaranteePerson.csv": (1, 1, 0, {"endpoint_missing": 1}),
        "PersonApplyLoan.csv": (1, 0, 0, {}),
        "Medium.csv": (0, 0, 1, {}),
    }
    assert all(f.ledger.balances and f.ledger.read == len(FILES[Path(f.file).stem]) - 1 for f in report.files)


def test_the_small_graph_holds_exact_ids_amounts_and_guarantees(
    store: GraphStore, small: Path, tmp_path: Path
) -> None:
    load_finbench(store, small, tmp_path)
    known = store.known_run()
    assert sorted(store.nodes("LegalEntity", known)["id"]) == ["E:finbench:1", f"E:finbench:{BIG}"]
    assert sorted(store.nodes("Person", known)["id"]) == ["P:finbench:1", "P:finbench:2"]
    (loan,) = store.nodes("Loan", known).rows()
    assert (loan["id"], loan["principal_fen"], loan["balance_fen"]) == ("finbench:77", 10012, 0)
    owns = store.facts("OWNS", known)
    assert (len(owns), {*owns["start"]}, {*owns["end"]}) == (2, {"E:finbench:1"}, {f"E:finbench:{BIG}"})
    (given,) = store.facts("GUARANTOR", known).rows()
    (taken,) = store.facts("BENEFICIARY", known).rows()
    assert (given["start"], taken["end"]) == ("P:finbench:1", "P:finbench:2")
    assert given["end"] == taken["start"] == store.nodes("Guarantee", known)["id"][0]
    assert store.nodes("Guarantee", known)["amount_fen"] == [None]
    assert store.facts("APPLIED_FOR", known)["end"] == ["finbench:77"]


def test_loading_a_small_directory_again_changes_nothing(
    store: GraphStore, small: Path, tmp_path: Path
) -> None:
    load_finbench(store, small, tmp_path)
    assert not load_finbench(store, small, tmp_path).changed


@pytest.mark.skipif(not SAMPLE.is_dir(), reason=f"the published FinBench sample is not at {SAMPLE}")
def test_the_published_sample_is_accounted_for_to_the_row(store: GraphStore, tmp_path: Path) -> None:
    report = load_finbench(store, SAMPLE, tmp_path)
    data_rows = {path.name: path.read_bytes().count(b"\n") - 1 for path in SAMPLE.glob("*.csv")}
    assert {f.file: f.ledger.read for f in report.files} == data_rows
    assert not any(f.ledger.quarantined for f in report.files)
    assert all(f.ledger.loaded == f.ledger.read for f in report.files if not f.skip_reason)
    assert all(f.ledger.skipped == f.ledger.read for f in report.files if f.skip_reason)
    known = store.known_run()
    companies, people = store.nodes("LegalEntity", known)["id"], store.nodes("Person", known)["id"]
    shared = {one.split(":")[2] for one in companies} & {one.split(":")[2] for one in people}
    assert (len(companies), len(people), len(shared)) == (967, 1957, 37)
    assert len(store.facts("OWNS", known)) == 1640 + 3394
    assert len(store.facts("GUARANTOR", known)) == len(store.facts("BENEFICIARY", known)) == 435 + 916
    assert len(store.facts("APPLIED_FOR", known)) == 1141 + 2324
