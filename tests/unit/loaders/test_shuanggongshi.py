from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.identity.masking import masked_row, masked_value
from loaders.identity.references import Resolver
from loaders.profile import check_header
from loaders.sources import shuanggongshi
from loaders.sources.shuanggongshi_layout import Layout, layout_of
from loaders.sources.shuanggongshi_words import severity
from loaders.staging import Staged, stage
from schema.errors import FileRefused, InputError
from schema.identifiers.uscc import make_uscc
from tests.unit.loaders.desk import KEYS, NUMBER, OTHER_USCC, PERSON, USCC, codes

if TYPE_CHECKING:
    from pathlib import Path

AGENCY = make_uscc("11", "441283", "00700000")
PENALTY = {
    "CF_XDR_MC": "某市宏远食品有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": USCC,
    "CF_XDR_GSZC": "",
    "CF_XDR_ZZJG": "",
    "CF_XDR_ZJLX": "",
    "CF_XDR_ZJHM": "",
    "CF_WSH": "某市监罚〔2026〕1号",
    "CF_WFXW": "经营超过保质期的食品",
    "CF_SY": "事实",
    "CF_YJ": "《中华人民共和国食品安全法》",
    "CF_CFLB": "警告;罚款",
    "CF_NR": "罚款",
    "CF_NR_FK": "0.2",
    "CF_NR_WFFF": "0.000001",
    "CF_JDRQ": "2026/11/02",
    "CF_YXQ": "2099/12/31",
    "CF_GSJZQ": "2029/11/02",
    "CF_CFJG": "某市市场监督管理局",
    "CF_CFJGDM": AGENCY,
    "CF_SJLY": "某市市场监督管理局",
    "CF_SJLYDM": AGENCY,
    "BZ": "",
}
PERMIT = {
    "XK_XDR_MC": "某市宏远食品有限公司",
    "XK_XDR_LB": "法人及非法人组织",
    "XK_XDR_SHXYM": USCC,
    "XK_XKWS": "食品经营许可决定书",
    "XK_WSH": "许〔2026〕7号",
    "XK_XKLB": "普通",
    "XK_XKBH": "JY1",
    "XK_NR": "食品销售",
    "XK_JDRQ": "2026-11-02",
    "XK_YXQZ": "2026-11-02",
    "XK_YXQZI": "2031-11-01",
    "XK_XKJG": "某市市场监督管理局",
    "XK_XKJGDM": AGENCY,
    "XK_ZT": "1",
    "XK_LYDW": "某市市场监督管理局",
    "XK_LYDWDM": AGENCY,
}
OLDER = {
    "行政处罚决定书文号": "某罚〔2016〕3号",
    "处罚名称": "某案",
    "处罚类别1": "罚款",
    "处罚类别2": "吊销许可证件",
    "处罚事由": "事由",
    "处罚依据": "依据",
    "行政相对人名称": "某市宏达厂",
    "行政相对人代码_1": "无",
    "行政相对人代码_2": "123456789",
    "行政相对人代码_3": "441283000000001",
    "行政相对人代码_4": "/",
    "行政相对人代码_5": "",
    "法定代表人姓名": "王某",
    "处罚结果": "罚款并吊销",
    "处罚决定日期": "2016/5/6",
    "处罚机关": "某局",
    "当前状态": "0",
    "地方编码": "441283",
    "数据更新时间戳": "2016/5/9",
}


class File:
    """A feed, staged: each reading by its dataset."""

    def __init__(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        self.said: list[str] = []
        self.staged: dict[str, Staged] = {}
        self.read: dict[str, int] = {}
        for one in shuanggongshi.files(path):
            rows = one.rows(content)
            assert one.profile is not None
            self.said += check_header(rows, one.profile, agreement=False)
            self.said += one.remark(rows, dt.date(2026, 11, 9)) if one.remark else []
            self.staged[one.dataset] = stage(rows, one.profile, "sgs", Resolver("sgs", KEYS))
            self.read[one.dataset] = len(rows)

    def __getitem__(self, part: str) -> Staged:
        return self.staged[f"shuanggongshi_{part}"]

    def nodes(self, part: str) -> list[dict[str, Any]]:
        return [item.node.row for item in self[part].items if item.node]

    def subjects(self, part: str = "penalty") -> list[str]:
        edges = [edge for item in self[part].items for edge in item.edges]
        return [edge.row["start"] for edge in edges if edge.relationship == "SUBJECT_OF"]


def text_of(*rows: dict[str, str]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [*rows[0]])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def feed(path: Path, *rows: dict[str, str], encoding: str = "utf-8") -> File:
    return File(path / "feed.csv", text_of(*rows).encode(encoding))


def penalty(**changed: str) -> dict[str, str]:
    return PENALTY | {f"CF_{name}": value for name, value in changed.items()}


def test_a_penalty_states_its_party_its_authority_and_itself(tmp_path: Path) -> None:
    file = feed(tmp_path, PENALTY)
    (node,) = file.nodes("penalty")
    assert (node["amount_fen"], node["confiscated_fen"]) == (200_000, 1)
    assert (node["severity"], node["domain"], node["category"]) == ("GENERAL", "FOOD", "警告;罚款")
    assert (node["decided_on"], node["published_until"]) == (dt.date(2026, 11, 2), dt.date(2029, 11, 2))
    assert node["expires_on"] is None
    assert file["penalty"].notes["CF_YXQ", "date.open_ended"] == 1
    assert file.subjects() == [f"E:{USCC}"]
    assert [item.node and item.node.kinds for item in file["penalty_parties"].items] == [("Enterprise",)]
    assert [item.node and item.node.kinds for item in file["penalty_authorities"].items] == [("Agency",)]
    edges = {e.relationship: e.row["end"] for e in file["penalty"].items[0].edges}
    assert edges["IMPOSED_BY"] == f"E:{AGENCY}"
    assert file.said == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_columns_in_any_order_and_encoding_say_the_same(tmp_path: Path, encoding: str) -> None:
    usual = feed(tmp_path, PENALTY)
    turned = feed(tmp_path, dict(reversed(PENALTY.items())), encoding=encoding)
    assert turned.nodes("penalty") == usual.nodes("penalty")


def test_a_workbook_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "feed.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [*PENALTY])
    sheet.write_row(1, 0, [*PENALTY.values()])
    sheet.write_number(1, [*PENALTY].index("CF_NR_FK"), 0.2)
    book.close()
    assert File(path, path.read_bytes()).nodes("penalty") == feed(tmp_path, PENALTY).nodes("penalty")


def test_the_older_format_numbers_its_codes_otherwise(tmp_path: Path) -> None:
    file = feed(tmp_path, OLDER)
    (party,) = file.nodes("penalty_parties")
    assert party["id"].startswith("E:sgs:某罚〔2016〕3号/")
    assert (party["uscc"], party["reg_no"]) == (None, "441283000000001")
    assert party["other_codes"] == "组织机构代码 123456789"  # the registration number stands in reg_no
    (node,) = file.nodes("penalty")
    assert (node["severity"], node["decided_on"]) == ("SERIOUS", dt.date(2016, 5, 6))
    assert file.subjects() == [party["id"]]
    newer = Layout("penalty").named()
    older = Layout("penalty", older=True).named()
    assert (newer["行政相对人代码_2"], older["行政相对人代码_2"]) == ("CF_XDR_GSZC", "CF_XDR_ZZJG")
    assert (newer["行政相对人代码_3"], older["行政相对人代码_3"]) == ("CF_XDR_ZZJG", "CF_XDR_GSZC")


@pytest.mark.parametrize(
    ("updated", "day"),
    [
        ("2016/5/9", dt.date(2016, 5, 9)),
        ("2016-12-19 10:20:30", dt.date(2016, 12, 19)),
        ("20161219102030", dt.date(2016, 12, 19)),
        ("", None),
        ("yesterday", None),
    ],
)
def test_a_revoked_penalty_of_the_older_format_holds_on_no_day(
    tmp_path: Path, updated: str, day: dt.date | None
) -> None:
    file = feed(tmp_path, {**OLDER, "当前状态": "1", "数据更新时间戳": updated})
    (item,) = file["penalty"].items
    assert item.node is not None
    assert (item.node.row["status"], item.node.row["revoked_on"]) == ("REVOKED", day)
    held = {(edge.row["valid_from"], edge.row["valid_to"]) for edge in item.edges}
    assert held == {(day or dt.date(2016, 5, 6),) * 2}


@pytest.mark.parametrize("states", ["01", "10"])
def test_of_two_rows_about_a_penalty_the_one_that_revokes_it_counts(tmp_path: Path, states: str) -> None:
    file = feed(tmp_path, *({**OLDER, "当前状态": state} for state in states))["penalty"]
    assert [item.node.row["status"] for item in file.items if item.node] == ["REVOKED"]
    assert [fault.code for faults in file.faults.values() for fault in faults] == ["record.overtaken"]


def test_a_permit_of_either_format(tmp_path: Path) -> None:
    (node,) = feed(tmp_path, PERMIT).nodes("permit")
    assert (node["document_no"], node["certificate_no"], node["status"]) == ("许〔2026〕7号", "JY1", "VALID")
    assert (node["effective_on"], node["expires_on"]) == (dt.date(2026, 11, 2), dt.date(2031, 11, 1))
    names = {"XK_XKLB": "XK_SPLB", "XK_XKWS": "XK_XMMC", "XK_XKJG": "XK_XZJG", "XK_XDR_MC": "XK_XDR"}
    older = {names.get(name, name): value for name, value in PERMIT.items()} | {"XK_ZT": "0"}
    assert feed(tmp_path, older).nodes("permit")[0]["status"] == "VALID"
    assert feed(tmp_path, older | {"XK_ZT": "1"}).nodes("permit")[0]["status"] == "REVOKED"


def test_two_parties_of_one_name_are_never_one(tmp_path: Path) -> None:
    nameless = penalty(XDR_SHXYM="", XDR_GSZC="441283000000001")
    file = feed(tmp_path, nameless, nameless | {"CF_WSH": "另一号"})
    ids = [node["id"] for node in file.nodes("penalty_parties")]
    assert len({*ids}) == 2
    assert file.subjects() == ids


def test_a_natural_person_is_hashed_and_other_papers_are_not_kept(tmp_path: Path) -> None:
    person = penalty(XDR_MC="张三", XDR_LB="自然人", XDR_SHXYM="", XDR_ZJLX="身份证", XDR_ZJHM=NUMBER)
    passport = person | {"CF_WSH": "2号", "CF_XDR_ZJLX": "护照", "CF_XDR_ZJHM": "E12345678"}
    masked = person | {"CF_WSH": "3号", "CF_XDR_ZJHM": NUMBER[:6] + "*" * 12}
    file = feed(tmp_path, person, passport, masked)
    assert file.read["shuanggongshi_penalty_parties"] == 0
    ids = [node["id"] for node in file.nodes("penalty_persons")]
    assert ids[0] == PERSON
    assert all(one.startswith("P:sgs:") for one in ids[1:])
    assert file.subjects() == ids
    assert NUMBER not in repr(file.staged["shuanggongshi_penalty"])
    assert "E12345678" not in repr([file[part].items for part in ("penalty", "penalty_persons")])
    shown = masked_row([*PENALTY], [*passport.values()])
    assert "E12345678" not in shown
    assert "E12345678" not in masked_value("CF_XDR_ZJLX+CF_XDR_ZJHM", "护照 E12345678")


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"XDR_SHXYM": USCC[:-1] + "Z"}, "uscc"),
        ({"XDR_LB": "外星人"}, "party.category"),
        ({"NR_FK": "两千元"}, "CF_NR_FK.form"),
        ({"NR_FK": "2000元"}, "CF_NR_FK.form"),
        ({"NR_FK": "-1"}, "money.negative"),
        ({"CFLB": "流放"}, "penalty.kind"),
        ({"JDRQ": "2026-02-30"}, "date.form"),
        ({"JDRQ": "1900-01-01"}, "required"),
        ({"WFXW": "无"}, "required"),
        ({"SJLYDM": ""}, "required"),
        ({"YXQ": ""}, "required"),
        ({"WSH": ""}, "required"),
    ],
)
def test_planted_faults_are_refused_with_their_reason(
    tmp_path: Path, changed: dict[str, str], fault: str
) -> None:
    found = {code for _, code in codes(feed(tmp_path, penalty(**changed))["penalty"])}
    assert any(code.startswith(fault) for code in found), found


def test_a_wrong_code_of_the_authority_costs_the_link_only(tmp_path: Path) -> None:
    file = feed(tmp_path, penalty(CFJGDM="00000000000000000X"))
    assert [e.relationship for item in file["penalty"].items for e in item.edges] == ["SUBJECT_OF"]
    assert file.said == ["CF_CFJGDM: 1 codes are wrong, so their decisions name no authority but in words"]


@pytest.mark.parametrize(
    ("decided", "late"), [("2026-10-29", False), ("2026-10-28", True), ("2020-01-01", True)]
)
def test_publication_is_due_within_seven_working_days(tmp_path: Path, decided: str, late: bool) -> None:
    """The delivery is of Monday 9 November 2026."""
    said = feed(tmp_path, penalty(JDRQ=decided)).said
    assert any("7 working days" in one for one in said) is late


def test_severity_is_that_of_the_most_severe_kind() -> None:
    assert severity("警告") == "MINOR"
    assert severity("没收违法所得、没收非法财物") == "GENERAL"
    assert severity("警告、罚款，责令停产停业") == "SERIOUS"
    assert severity("其他-责令改正") == "GENERAL"
    with pytest.raises(InputError, match="流放"):
        severity("罚款、流放")


def test_missing_columns_and_foreign_files_are_refused(tmp_path: Path) -> None:
    lacking = {name: value for name, value in PENALTY.items() if name != "CF_SJLYDM"}
    with pytest.raises(FileRefused, match="CF_SJLYDM"):
        feed(tmp_path, lacking)
    with pytest.raises(FileRefused, match="no 双公示 file"):
        feed(tmp_path, {"a": "1", "b": "2"})
    with pytest.raises(FileRefused, match="repeats"):
        feed(tmp_path, PENALTY | {"处罚类别": "罚款"})
    assert layout_of(["XK_WSH", "XK_NR", "BZ"], "x") == Layout("permit")


def test_a_second_decision_about_a_party_repeats_it_and_another_name_is_refused(tmp_path: Path) -> None:
    file = feed(
        tmp_path,
        PENALTY,
        penalty(WSH="2号"),
        penalty(WSH="3号", XDR_MC="别名公司"),
        penalty(XDR_SHXYM=OTHER_USCC),
    )
    parties = file["penalty_parties"]
    assert (len(parties.items), len(parties.repeats)) == (2, 1)
    assert codes(parties, 2) == {("+".join([*_RECORD, "CF_XDR_LB"]), "record.repeated")}
    assert len(file["penalty"].items) == 4


_RECORD = [
    f"CF_{c}"
    for c in (
        "WSH",
        "CFJG",
        "XDR_MC",
        "XDR_SHXYM",
        "XDR_GSZC",
        "XDR_ZZJG",
        "XDR_SWDJ",
        "XDR_SYDW",
        "XDR_SHZZ",
    )
]
CELLS = st.sampled_from(
    [
        "",
        "无",
        "0",
        USCC,
        NUMBER,
        "自然人",
        "个体工商户",
        "罚款",
        "长期",
        "1900-01-01",
        "2026-11-01",
        "a:b",
        "12345678-9",
    ]
) | st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=4)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.sampled_from([PENALTY, PERMIT, OLDER]),
    st.lists(st.lists(CELLS, min_size=1, max_size=24), min_size=1, max_size=4),
    st.booleans(),
)
def test_every_row_of_any_feed_is_accounted_for(
    tmp_path: Path, usual: dict[str, str], drawn: list[list[str]], whole: bool
) -> None:
    out = io.StringIO(newline="")
    base = [*usual.values()]
    rows = [(cells + base[len(cells) :])[: len(base)] if whole else cells for cells in drawn]
    csv.writer(out).writerows([[*usual], *rows])
    file = File(tmp_path / "feed.csv", out.getvalue().encode())
    for name, result in file.staged.items():
        places = [*(i.index for i in result.items), *result.faults, *(index for index, _ in result.repeats)]
        assert sorted(places) == list(range(file.read[name]))
        assert all(result.faults.values())
    parts = {name.rpartition("_")[2]: count for name, count in file.read.items()}
    decisions = next(count for name, count in parts.items() if name in ("penalty", "permit"))
    assert parts["parties"] + parts["persons"] == decisions
