from __future__ import annotations

import datetime as dt

from schema.provenance import series_key
from tests.unit.loaders.desk import KEYS, NUMBER, OTHER_USCC, PERSON, USCC, codes, staged


def test_an_enterprise_becomes_a_node_with_its_kind_and_name_parts_and_a_soft_place() -> None:
    header = "record_id,uscc,name,entity_kind,registered_capital_fen,region_code"
    result = staged("enterprises", header, f"1,{USCC},肇庆市宏远机械有限公司,cooperative,100,441283")
    (item,) = result.items
    assert item.node is not None
    assert item.node[:2] == ("LegalEntity", ("Cooperative",))
    row = item.node.row
    assert (row["id"], row["line"], row["audience"], row["bank"]) == (f"E:{USCC}", 2, "PUBLIC", None)
    assert (row["name_region"], row["name_brand"], row["legal_form"]) == ("肇庆市", "宏远", "有限责任公司")
    assert (row["registered_capital_fen"], row["region_code"]) == (100, "441283000000")
    assert "status" not in row, "a column that the file does not have is not erased"
    (edge,) = item.edges
    assert (edge.relationship, edge.start_label, edge.end_label, edge.soft) == (
        "LOCATED_IN",
        "LegalEntity",
        "Region",
        True,
    )
    assert (edge.row["start"], edge.row["end"], edge.row["role"]) == (
        f"E:{USCC}",
        "441283000000",
        "REGISTERED",
    )


def test_an_enterprise_without_a_code_is_known_by_its_record() -> None:
    result = staged("enterprises", "record_id,uscc,name,entity_kind", "7,,甲,ENTERPRISE")
    assert result.items[0].node is not None
    assert result.items[0].node.row["id"] == "E:src:7"


def test_a_person_keeps_mask_and_birth_year_and_never_the_number() -> None:
    result = staged("persons", "record_id,name,identity_number", f"1,张三,{NUMBER}", "2,李四,")
    first, second = (item.node.row for item in result.items if item.node)
    assert (first["id"], first["birth_year"]) == (PERSON, 1980)
    assert (second["id"], second["id_mask"], second["birth_year"]) == ("P:src:2", None, None)
    assert NUMBER not in repr(result)


def test_a_shareholding_carries_its_series_its_dates_and_only_the_columns_of_the_file() -> None:
    result = staged(
        "shareholdings",
        "record_id,owner,asset,share_ratio,valid_from,valid_to",
        f"s1,P:{NUMBER},{USCC},0.4,2020-01-01,长期",
    )
    (edge,) = result.items[0].edges
    assert edge[:3] == ("OWNS", "Person", "LegalEntity")
    assert edge.row == {
        "start": PERSON,
        "end": f"E:{USCC}",
        "key": series_key("src", "shareholdings", "s1", "OWNS"),
        "line": 2,
        "audience": "PUBLIC",
        "bank": None,
        "valid_from": dt.date(2020, 1, 1),
        "valid_to": None,
        "share_ratio": 0.4,
    }
    assert result.notes == {("valid_to", "date.open_ended"): 1}


def test_a_bank_private_row_names_its_bank_everywhere() -> None:
    result = staged("loan_applications", "record_id,applicant,bank,applied_on", f"1,H:5,{USCC},2025-01-01")
    (item,) = result.items
    assert item.node is not None
    assert {item.node.row["bank"], *(edge.row["bank"] for edge in item.edges)} == {f"E:{USCC}"}
    assert {edge.row["audience"] for edge in item.edges} == {"BANK_PRIVATE"}


def test_an_optional_end_that_is_empty_states_no_relationship() -> None:
    header = "record_id,creditor,debtor,amount_fen,outstanding_fen,incurred_on,due_on,invoice"
    result = staged("receivables", header, f"1,H:1,E:{USCC},5,5,2025-01-01,2025-02-01,")
    assert [edge.relationship for edge in result.items[0].edges] == ["OWED_BY", "OWED_TO"]


def test_two_relationships_of_one_kind_in_a_row_are_two_series() -> None:
    header = "record_id,borrower,bank,principal_fen,balance_fen,disbursed_on,invoice,order"
    result = staged("loans", header, f"1,H:1,{USCC},5,5,2025-01-01,i1,o1")
    financed = [edge for edge in result.items[0].edges if edge.relationship == "FINANCES"]
    assert [edge.row["end"] for edge in financed] == ["src:i1", "src:o1"]
    assert len({edge.row["key"] for edge in financed}) == 2


def test_a_contact_is_a_keyed_hash_and_may_be_shared() -> None:
    lines = (f"PHONE,0758-1234567,E:{USCC}", f"PHONE,0758-1234567,E:{OTHER_USCC}")
    result = staged("contacts", "contact_kind,value,party", *lines)
    assert not result.faults
    ids = {item.node.row["id"] for item in result.items if item.node}
    assert ids == {f"C:PHONE:{KEYS.contact_hash('0758-1234567')}"}
    assert len({edge.row["key"] for item in result.items for edge in item.edges}) == 2
    assert "1234567" not in repr(result)


def test_all_errors_of_a_row_are_reported() -> None:
    result = staged(
        "shareholdings",
        "record_id,owner,asset,share_ratio,paid_fen,nominee,valid_from,valid_to",
        f",{USCC},,1.5,12.5,maybe,2021-01-01,2020-01-01",
    )
    assert not result.items
    assert codes(result) == {
        ("record_id", "required"),
        ("owner", "reference.prefix"),
        ("asset", "required"),
        ("share_ratio", "ratio.range"),
        ("paid_fen", "money.fen"),
        ("nominee", "boolean.form"),
        ("valid_to", "interval.empty"),
    }


def test_a_refused_required_value_is_one_fault_and_a_sentinel_is_no_value() -> None:
    header = "record_id,party,document_no,severity,decided_on"
    result = staged("penalties", header, f"1,E:{USCC},A1,TERRIBLE,1900-01-01")
    assert codes(result) == {("severity", "choice"), ("decided_on", "required")}


def test_a_person_or_enterprise_that_nothing_identifies_is_refused() -> None:
    result = staged("persons", "record_id,name,identity_number", ",,", ",甲,123")
    assert codes(result, 0) == {("name", "required"), ("identity_number", "required")}
    assert codes(result, 1) == {("identity_number", "resident_id.form")}


def test_a_ragged_row_is_one_fault() -> None:
    result = staged("posts", "record_id,person,company,post", "1,P:1,E:1", f"2,P:1,{USCC},CHAIR")
    assert codes(result, 0) == {("*", "row.ragged")}
    assert [item.index for item in result.items] == [1]


def test_an_identity_number_is_no_record_id_and_no_text() -> None:
    result = staged("persons", "record_id,name", f"{NUMBER},甲", f"1,{NUMBER}")
    assert codes(result, 0) == {("record_id", "text.identity_number")}
    assert codes(result, 1) == {("name", "text.identity_number")}
    assert NUMBER not in repr(result.faults)


def test_an_exact_repeat_is_set_aside_and_a_contradiction_refused() -> None:
    header = "record_id,owner,asset,share_ratio"
    lines = (f"s1,E:1,{USCC},0.4", f"s1,E:1,{USCC},0.40", f"s1,E:1,{USCC},0.5")
    result = staged("shareholdings", header, *lines)
    assert [item.index for item in result.items] == [0]
    assert [index for index, _ in result.repeats] == [1]
    assert codes(result, 2) == {("record_id", "record.repeated")}
    assert "Line 2" in result.faults[2][0].rule


def test_one_node_described_in_two_ways_is_a_contradiction() -> None:
    header = "record_id,uscc,name,entity_kind"
    lines = (f"1,{USCC},甲,ENTERPRISE", f"2,{USCC},乙,ENTERPRISE")
    result = staged("enterprises", header, *lines)
    assert codes(result, 1) == {("uscc", "node.repeated")}


def test_a_file_without_rows_stages_nothing() -> None:
    result = staged("enterprises", "record_id,uscc,name,entity_kind")
    assert (result.items, dict(result.faults)) == ([], {})


def test_a_company_whose_name_says_nothing_costs_its_row_and_not_the_file() -> None:
    said = ["\u200b", "。", "、.", "甲" * 501]
    rows = [f"e{n},{name},ENTERPRISE" for n, name in enumerate(said)]
    result = staged("enterprises", "record_id,name,entity_kind", *rows, "e9,某市宏远机械有限公司,ENTERPRISE")
    found = [codes(result, n) for n in range(4)]
    assert found == [{("name", "name.empty")}] * 3 + [{("name", "name.length")}]
    assert [item.record for item in result.items] == ["e9"]
