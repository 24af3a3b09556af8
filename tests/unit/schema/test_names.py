"""Company names: what is the same, what differs, and how the parts are cut."""

from __future__ import annotations

import pytest

from schema.errors import IdentifierInvalid
from schema.identifiers.names import NameParts, normalise_name, parse_name

LIMITED = "有限责任公司"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("肇庆市宏远机械有限公司", ("肇庆市", "宏远", "机械", LIMITED, "")),
        ("宏远机械（肇庆）有限公司", ("肇庆", "宏远", "机械", LIMITED, "")),
        ("宏远机械制造集团有限公司", ("", "宏远", "机械制造集团", LIMITED, "")),
        (
            "广东省肇庆市高要区新兴养殖专业合作社",
            ("广东省肇庆市高要区", "新兴", "养殖", "农民专业合作社", ""),
        ),
        (
            "肇庆市高要区回龙镇某某村股份经济合作社",
            ("肇庆市高要区回龙镇某某村", "", "", "股份经济合作社", ""),
        ),
        ("某某融资担保股份有限公司肇庆分公司", ("", "某某", "融资担保", "股份有限公司", "肇庆分公司")),
        ("深圳某某投资合伙企业(有限合伙)", ("深圳", "某某", "投资", "有限合伙企业", "")),
        ("朝阳县龙城镇大田牧业有限公司", ("朝阳县龙城镇", "大田", "牧业", LIMITED, "")),
        ("吉林有限公司", ("", "吉林", "", LIMITED, "")),
        ("城市建设有限公司", ("", "城市", "建设", LIMITED, "")),
        ("宏远机械有限公司(自然人独资)", ("", "宏远", "机械", LIMITED, "")),
        ("华为", ("", "华为", "", "", "")),
        ("(肇庆)", ("肇庆", "", "", "", "")),
        ("宏远(高端)机械有限公司", ("", "宏远(高端)", "机械", LIMITED, "")),
    ],
)
def test_parts(text: str, expected: tuple[str, str, str, str, str]) -> None:
    assert parse_name(text) == NameParts(*expected)


def test_the_two_ways_to_write_a_limited_company_are_one() -> None:
    assert parse_name("宏远机械有限公司") == parse_name("宏远机械有限责任公司")
    assert parse_name("宏远机械有限公司") != parse_name("宏远机械股份有限公司")


def test_brands_that_look_alike_differ_in_the_brand_alone() -> None:
    near, other = parse_name("肇庆宏远机械有限公司"), parse_name("肇庆宏达机械有限公司")
    assert (near.brand, other.brand) == ("宏远", "宏达")
    assert (near.region, near.industry, near.legal_form) == (other.region, other.industry, other.legal_form)


def test_branches_differ_and_one_branch_written_twice_does_not() -> None:
    names = [
        f"宏远机械有限公司{branch}分公司"
        for branch in ("", "第一", "第二", "第十", "第十二", "第二十", "第二十一")
    ]
    assert [parse_name(name).branch_no for name in names[1:]] == [
        f"{n}分公司" for n in (1, 2, 10, 12, 20, 21)
    ]
    assert parse_name("宏远机械有限公司第1分公司") == parse_name("宏远机械有限责任公司第一分公司")
    assert parse_name("宏远机械有限公司").branch_no == ""


def test_normalisation_of_widths_brackets_and_spaces() -> None:
    assert normalise_name("ＡＢｃ　机械【肇庆】 有限公司") == "ABC机械(肇庆)有限公司"
    assert parse_name("宏远机械〔肇庆〕有限公司") == parse_name("宏远 机械(肇庆)有限责任公司")


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(IdentifierInvalid):
        parse_name(" 　")
