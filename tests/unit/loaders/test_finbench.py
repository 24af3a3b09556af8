from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from loaders.identity.references import Resolver
from loaders.profile import check_header
from loaders.readers.delimited import read_delimited
from loaders.sources import finbench
from loaders.staging import Staged, stage
from schema.errors import FileRefused
from tests.unit.loaders.desk import KEYS, codes

if TYPE_CHECKING:
    from pathlib import Path


def staged(stem: str, *lines: str) -> Staged:
    rows = read_delimited("\n".join(lines) + "\n", f"{stem}.csv", "|")
    return stage(rows, finbench.profiles("finbench")[stem], "finbench", Resolver("finbench", KEYS))


def test_ids_above_2_to_53_stay_exact_and_one_number_is_two_nodes() -> None:
    big = "4616471093031471711"
    company = staged("Company", "companyId|companyName|isBlocked|createTime", f"{big}|A|false|2020-01-01")
    person = staged("Person", "personId|personName|isBlocked|createTime", f"{big}|B|false|2020-01-01")
    ids = [item.node.row["id"] for item in (*company.items, *person.items) if item.node]
    assert ids == [f"E:finbench:{big}", f"P:finbench:{big}"]


def test_amounts_are_yuan_rounded_half_to_even() -> None:
    lines = ("1|0.125|0.135|2020-01-01", "2|45962702.20357926|45962702.20357926|2020-01-01")
    result = staged("Loan", "loanId|loanAmount|balance|createTime", *lines)
    amounts = [
        (i.node.row["principal_fen"], i.node.row["balance_fen"], i.node.row["audience"])
        for i in result.items
        if i.node
    ]
    assert amounts == [(12, 14, "MEMBER"), (4596270220, 4596270220, "MEMBER")]


def test_edges_are_keyed_by_file_ends_and_instant() -> None:
    lines = ("1|2|0.5|2020-03-01 23:59:59.5", "1|2|0.5|2020-03-02 00:00:00")
    result = staged("PersonInvestCompany", "investorId|companyId|ratio|createTime", *lines)
    rows = [edge.row for item in result.items for edge in item.edges]
    assert [row["valid_from"] for row in rows] == [dt.date(2020, 3, 1), dt.date(2020, 3, 2)]
    assert {(row["start"], row["end"]) for row in rows} == {("P:finbench:1", "E:finbench:2")}
    assert len({row["key"] for row in rows}) == 2


def test_s3_08_a_guarantee_is_a_node_between_two_parties_without_an_amount() -> None:
    result = staged("CompanyGuaranteeCompany", "fromId|toId|createTime", "1|2|2020-03-01 10:00:00")
    (item,) = result.items
    assert item.node is not None
    assert item.node.label == "Guarantee"
    assert "amount_fen" not in item.node.row
    ends = {edge.relationship: (edge.row["start"], edge.row["end"]) for edge in item.edges}
    guarantee = item.node.row["id"]
    assert ends == {
        "GUARANTOR": ("E:finbench:1", guarantee),
        "BENEFICIARY": (guarantee, "E:finbench:2"),
    }


@pytest.mark.parametrize("column", ["accoutType", "accountType"])
def test_the_kind_of_an_account_is_read_under_either_spelling(tmp_path: Path, column: str) -> None:
    path = tmp_path / "Account.csv"
    path.write_text(f"accountId|createTime|isBlocked|{column}\n7|2020-01-09 18:08:45.162|true|debit card\n")
    (file,) = finbench.files(tmp_path)
    assert file.profile is not None
    rows = file.rows(path.read_bytes())
    assert check_header(rows, file.profile, agreement=True) == []
    (item,) = stage(rows, file.profile, "finbench", Resolver("finbench", KEYS)).items
    assert item.node is not None
    assert (item.node.row["account_kind"], item.node.row["blocked"]) == ("debit card", True)


def test_a_payment_is_an_instant_with_an_amount_and_belongs_to_no_bank() -> None:
    result = staged(
        "AccountRepayLoan",
        "accountId|loanId|amount|createTime",
        "4678114112931107073|4616471093031471711|388463.08110314555|2020-09-15 18:02:14.997",
    )
    (edge,) = result.items[0].edges
    assert (edge.row["start"], edge.row["end"]) == (
        "finbench:4678114112931107073",
        "finbench:4616471093031471711",
    )
    assert edge.row["amount_fen"] == 38846308
    assert edge.row["at"] == dt.datetime(2020, 9, 15, 10, 2, 14, 997000, tzinfo=dt.UTC)
    assert (edge.row["audience"], edge.row["bank"]) == ("BANK_PRIVATE", None)


def test_faults_speak_of_the_columns_of_the_file() -> None:
    header = "investorId|companyId|ratio|createTime"
    result = staged("CompanyInvestCompany", header, "x|2|1.5|never", "1||0.5|2020-01-01")
    assert codes(result, 0) == {
        ("investorId", "finbench.id"),
        ("ratio", "ratio.range"),
        ("createTime", "date.form"),
    }
    assert codes(result, 1) == {("companyId", "required")}


def test_files_are_found_with_their_cut_suffix_in_loading_order(tmp_path: Path) -> None:
    for stem in ("Medium", "PersonInvestCompany_head3000", "Company", "Unheard"):
        (tmp_path / f"{stem}.csv").touch()
    found = [(file.dataset, file.skipped) for file in finbench.files(tmp_path)]
    assert found == [
        ("Company", ""),
        ("Medium", ""),
        ("PersonInvestCompany", ""),
        ("Unheard", "not a FinBench file that is known here"),
    ]


def test_a_whole_file_and_a_cut_of_it_are_not_both_loaded(tmp_path: Path) -> None:
    for name in ("Company.csv", "Company_head3000.csv"):
        (tmp_path / name).touch()
    with pytest.raises(FileRefused, match="keep one of the two"):
        finbench.files(tmp_path)


def test_a_directory_without_finbench_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="holds no FinBench file"):
        finbench.files(tmp_path)
    with pytest.raises(FileRefused, match="is no directory"):
        finbench.files(tmp_path / "none")
