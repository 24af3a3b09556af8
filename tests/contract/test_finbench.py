"""LDBC FinBench through the loaders, on both stores: a small directory of our own, and the published sample."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from loaders import Keys, LoadRequest, Vault, load

if TYPE_CHECKING:
    from loaders import LoadReport
    from schema.ports import GraphStore

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = Path(os.environ.get("FINBENCH_DIR") or ROOT.parent / "shared" / "data" / "finbench_driver")
WITHOUT_OWNER = 78 + 95
"""Accounts of the sample whose company or person no file of it describes."""
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
    "Account": [
        "accountId|createTime|isBlocked|accoutType",
        f"{BIG}|2020-01-09 18:08:45.162|false|debit card",
        "12|2020-01-10 08:00:00|true|credit card",
    ],
    "Medium": ["mediumId|mediumType|isBlocked|createTime", "3|PHONE|false|2020-01-01"],
    "CompanyOwnAccount": ["companyId|accountId|createTime", f"1|{BIG}|2020-01-09 18:08:45"],
    "PersonOwnAccount": ["personId|accountId|createTime", "99|12|2020-01-10 08:00:00"],
    "MediumSignInAccount": ["mediumId|accountId|createTime", f"3|{BIG}|2020-02-01 23:30:00"],
    "AccountTransferAccount_head3000": [
        "fromId|toId|amount|createTime",
        f"{BIG}|12|0.125|2020-06-29 02:33:46.538",
        f"{BIG}|12|0.135|2020-06-29 02:33:46.539",
        f"{BIG}|13|1|2020-06-29 02:33:46.538",
        f"{BIG}|12|-1|2020-06-29 02:33:46.540",
    ],
    "AccountWithdrawAccount": ["fromId|toId|amount|createTime", f"12|{BIG}|7|2020-07-01 00:00:00"],
    "LoanDepositAccount": ["loanId|accountId|amount|createTime", f"77|{BIG}|100.125|2020-07-02 00:00:00"],
    "AccountRepayLoan": ["accountId|loanId|amount|createTime", f"{BIG}|77|0.01|2020-08-02 00:00:00"],
    "Unheard": ["a|b", "1|2"],
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
        "Account.csv": (2, 0, 0, {}),
        "Medium.csv": (1, 0, 0, {}),
        "CompanyOwnAccount.csv": (1, 0, 0, {}),
        "PersonOwnAccount.csv": (0, 1, 0, {"endpoint_missing": 1}),
        "MediumSignInAccount.csv": (1, 0, 0, {}),
        "AccountTransferAccount_head3000.csv": (2, 2, 0, {"endpoint_missing": 1, "money.negative": 1}),
        "AccountWithdrawAccount.csv": (1, 0, 0, {}),
        "LoanDepositAccount.csv": (1, 0, 0, {}),
        "AccountRepayLoan.csv": (1, 0, 0, {}),
        "Unheard.csv": (0, 0, 1, {}),
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


def test_money_moves_between_accounts_of_no_bank_to_the_fen_and_the_instant(
    store: GraphStore, small: Path, tmp_path: Path
) -> None:
    load_finbench(store, small, tmp_path)
    known = store.known_run()
    accounts = {row["id"]: row for row in store.nodes("Account", known).rows()}
    assert {*accounts} == {f"finbench:{BIG}", "finbench:12"}
    assert (accounts["finbench:12"]["account_kind"], accounts["finbench:12"]["blocked"]) == (
        "credit card",
        True,
    )
    opened = dt.datetime(2020, 1, 9, 10, 8, 45, 162000, tzinfo=dt.UTC)
    assert accounts[f"finbench:{BIG}"]["opened_at"] == opened
    sent = sorted(store.facts("TRANSFERRED", known).rows(), key=lambda row: row["at"])
    assert [row["amount_fen"] for row in sent] == [12, 14, 700]  # 12.5 and 13.5 fen, half to even
    assert sent[0]["at"] == dt.datetime(2020, 6, 28, 18, 33, 46, 538000, tzinfo=dt.UTC)
    assert sent[0]["valid_from"] == dt.date(2020, 6, 29)
    held = ["HOLDS", "TRANSFERRED", "DEPOSITED_TO", "REPAID", "SIGNED_IN"]
    facts = {name: [*store.facts(name, known).rows()] for name in held}
    assert {name: len(rows) for name, rows in facts.items()} == dict(zip(held, (1, 3, 1, 1, 1), strict=True))
    everything = [row for rows in (*facts.values(), accounts.values()) for row in rows]
    assert {(row["audience"], row["bank"]) for row in everything} == {("BANK_PRIVATE", None)}


def test_an_account_without_an_owner_stands_and_its_owner_is_written_when_he_comes(
    store: GraphStore, small: Path, tmp_path: Path
) -> None:
    load_finbench(store, small, tmp_path)
    person = small / "Person.csv"
    person.write_text(person.read_text("utf-8") + "99|戊|false|2020-01-01\n", "utf-8")
    report = load_finbench(store, small, tmp_path)
    assert {f.file: f.ledger.loaded for f in report.files if f.ledger.loaded} == {
        "Person.csv": 1,
        "PersonOwnAccount.csv": 1,
    }
    holders = store.facts("HOLDS", store.known_run()).rows()
    assert {(row["start"], row["end"]) for row in holders} == {
        ("E:finbench:1", f"finbench:{BIG}"),
        ("P:finbench:99", "finbench:12"),
    }


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
    assert all(f.ledger.loaded + f.ledger.quarantined == f.ledger.read for f in report.files)
    assert {f.file: f.ledger.quarantined for f in report.files if f.ledger.quarantined} == {
        "CompanyOwnAccount.csv": 78,
        "PersonOwnAccount.csv": 95,
    }
    known = store.known_run()
    companies, people = store.nodes("LegalEntity", known)["id"], store.nodes("Person", known)["id"]
    shared = {one.split(":")[2] for one in companies} & {one.split(":")[2] for one in people}
    assert (len(companies), len(people), len(shared)) == (967, 1957, 37)
    assert len(store.facts("OWNS", known)) == 1640 + 3394
    assert len(store.facts("GUARANTOR", known)) == len(store.facts("BENEFICIARY", known)) == 435 + 916
    assert len(store.facts("APPLIED_FOR", known)) == 1141 + 2324
    assert len(store.facts("HOLDS", known)) == 6200 - WITHOUT_OWNER
    moved = [len(store.facts(name, known)) for name in ("TRANSFERRED", "DEPOSITED_TO", "REPAID")]
    assert moved == [3000, 3000, 3000]
    assert (len(store.nodes("Account", known)), len(store.nodes("Medium", known))) == (6200, 1464)
