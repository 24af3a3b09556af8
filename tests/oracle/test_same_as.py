"""Blocks lose nothing: proposals of a register are those of comparing everybody with everybody, and what is capped is said."""

from __future__ import annotations

import string
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.parties import parties as city
from loaders.identity import pairing
from loaders.identity.matching import Company, Party, Person
from loaders.identity.same_as import Found, propose
from schema.identifiers.uscc import make_uscc
from tests.golden.name_pairs import HELD_OUT, parties_of, read
from tests.reference.same_as import all_pairs

# Parts that meet in every way that a comparison knows: a brand with its county, with its industry, with a letter more.
PLACES = ("", "广东", "广东省肇庆市", "肇庆", "高要区", "肇庆市高要区", "高要", "苏州", "宿州", "惠州市")
BRANDS = (
    "宏远",
    "宏远锻造",
    "宏远锻造香料",
    "鸿远",
    "宏",
    "长荣",
    "TCL",
    "ABC宏远",
    "高要宏远",
    "阿一",
    "阿一锻造",
    "①②",
    "A-B",
)
INDUSTRIES = ("", "机械", "机械制造", "机械设备", "食品", "香料")
ENDINGS = ("有限公司", "股份有限公司", "公司", "", "有限公司第一分公司", "有限公司1分公司", "专业合作社")
VILLAGES = ("水边村", "上水边村", "金渡镇水边村", "新乡村", "金渡镇新乡村", "蛟塘镇水边村")
COLLECTIVES = ("经济合作社", "股份经济合作社", "村民委员会")
LATIN_BRANDS = (
    "Hongyuan",
    "Hong Yuan",
    "Hangyuan",
    "Hongyuans",
    "Tcl",
    "Ayi",
    "Ayi Forging",
    "Changrong",
    "Zhangrong",
    "AB",
    "Hong",
)
LATIN_PLACES = ("", "Zhaoqing ", "Zhao Qing Shi ", "Suzhou ", "Guangdong ")
LATIN_ENDS = (
    "Machinery Co., Ltd.",
    "Co., Ltd.",
    "Jixie Youxian Gongsi",
    "Food Co Ltd",
    "Machinery Ltd. No. 1 Branch",
    "Limited",
)

hanzi = st.builds("".join, st.tuples(*map(st.sampled_from, (PLACES, BRANDS, INDUSTRIES, ENDINGS))))
villages = st.builds(
    "".join,
    st.tuples(*map(st.sampled_from, (("", "高要区", "肇庆市高要区", "德庆县"), VILLAGES, COLLECTIVES))),
)
latin = st.builds("{}{} {}".format, *map(st.sampled_from, (LATIN_PLACES, LATIN_BRANDS, LATIN_ENDS)))
letters = st.builds("{} Co., Ltd.".format, st.text("abn", min_size=5, max_size=9))
names = st.one_of(hanzi, hanzi, villages, latin, letters).filter(lambda name: name.strip())
codes = st.sampled_from(["", "", *(make_uscc("91", "441200", f"Y000000{n}") for n in range(3))])
regions = st.sampled_from(["", "441200", "441283", "320500"])
companies = st.tuples(names, codes, regions, st.lists(names, max_size=1))
persons = st.tuples(
    st.sampled_from(
        ["李建国", "李建國", "李 建国", "Li Jianguo", "Jianguo Li", "Li Jian Guo", "李见国", "Wu Lian", "Wan Liu", "吴莲",
         "阿卜杜拉·买买提", "阿卜杜拉买买提", "Abudula Maimaiti", "单军", "Shan Jun", "吕丽", "Lyu Li", "Lv Li", "lüli"]
    ),
    st.sampled_from(["", "441***********0011", "441***********0022"]),
    st.sampled_from([None, 1970, 1971]),
    st.frozensets(st.sampled_from(["E:1", "E:2"]), max_size=2),
    st.booleans(),
)  # fmt: skip


def register(
    of_companies: list[tuple[str, str, str, list[str]]], of_persons: list[tuple[object, ...]]
) -> list[Party]:
    """Give everybody a node: one that is named by a code is one node whoever states it."""
    found: dict[str, Party] = {}
    for at, (name, code, region, former) in enumerate(of_companies):
        node = f"E:{code}" if code and at % 2 else f"E:src:{at}"
        found[node] = Company(node, name, code, region_code=region, former_names=tuple(former))
    for at, (name, mask, year, ties, coded) in enumerate(of_persons):
        node = f"P:1:{at:032x}" if coded else f"P:src:{at}"
        found[node] = Person(node, name, mask, year, ties)  # type: ignore[arg-type]
    return [*found.values()]


def scores(found: Found) -> dict[tuple[str, str], float]:
    assert len({each.pair for each in found.proposals}) == len(found.proposals), "a pair is proposed once"
    return {each.pair: each.match.score for each in found.proposals}


@settings(max_examples=300, deadline=None)
@given(st.lists(companies, max_size=14), st.lists(persons, max_size=8))
def test_blocks_propose_what_comparing_everybody_with_everybody_does(
    of_companies: list[tuple[str, str, str, list[str]]], of_persons: list[tuple[object, ...]]
) -> None:
    parties = register(of_companies, of_persons)
    found = propose(parties)
    assert scores(found) == all_pairs(parties)
    assert found.crowded == ()


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("肇庆宏远有限公司", "肇庆宏远锻造有限公司"),
        ("高要宏远机械有限公司", "高要区宏远机械有限公司"),
        ("水边村股份经济合作社", "高要区金渡镇水边村股份经济合作社"),
        ("Zhaoqing Shi Hongyuan Jixie Youxian Gongsi", "肇庆市宏远机械有限公司"),
        ("Zhaoqing Lancang Forging Co., Ltd.", "肇庆澜沧锻造有限公司"),
        ("Zhaoqing Ayi Forging Co., Ltd.", "肇庆阿一锻造有限公司"),
        ("Zhaoqing Lancangs Machinery Co., Ltd.", "Zhaoqing Lancang Machinery Co., Ltd."),
        ("TCL Co., Ltd.", "TCL有限公司"),
    ],
)
def test_each_kind_of_likeness_is_found_from_either_side(left: str, right: str, turned: bool) -> None:
    """The one with a code does not ask, so what it owns has to meet what the other one asks for."""
    plain, coded = (right, left) if turned else (left, right)
    code = make_uscc("91", "441200", "Y0000009")
    parties: list[Party] = [Company(f"E:{code}", coded, code), Company("E:src:1", plain)]
    assert len(all_pairs(parties)) == 1
    assert scores(propose(parties)) == all_pairs(parties)


@pytest.mark.parametrize("seed", range(3))
def test_blocks_lose_nothing_of_a_city(seed: int) -> None:
    parties = city(600, seed)
    assert scores(propose(parties)) == all_pairs(parties)


def test_blocks_lose_nothing_of_all_labelled_names_in_one_register() -> None:
    rows = [*read(), *read(HELD_OUT)][::2]
    sides = [side for row in rows for side in parties_of(row)]
    parties = [
        Company(f"E:src:{at}", s.name, s.uscc, region_code=s.region_code, former_names=s.former_names)
        if isinstance(s, Company)
        else Person(f"P:src:{at}", s.name, s.id_mask, s.birth_year)
        for at, s in enumerate(sides)
    ]
    found = propose(parties)
    assert scores(found) == all_pairs(parties)
    assert found.crowded == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(names, min_size=1, max_size=6),
    st.lists(st.integers(0, 5), min_size=8, max_size=20),
    st.integers(1, 4),
)
def test_what_a_crowded_block_leaves_out_is_said_and_counted(
    drawn: list[str], picks: list[int], room: int
) -> None:
    parties = [Company(f"E:src:{at}", drawn[pick % len(drawn)]) for at, pick in enumerate(picks)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairing, "MOST", room)
        found = propose(parties)
    wanted = all_pairs(parties)
    lost = wanted.keys() - scores(found).keys()
    assert scores(found).keys() <= wanted.keys()
    assert len(lost) <= sum(each.pairs for each in found.crowded)
    assert bool(found.crowded) >= bool(lost)


def test_a_name_that_everybody_bears_costs_each_bearer_a_bounded_number_of_comparisons() -> None:
    count = pairing.MOST + 50
    parties = [Company(f"E:src:{at}", "肇庆市宏远机械有限公司") for at in range(count)]
    found = propose(parties)
    (crowded,) = found.crowded
    assert crowded.key == "is 宏远"
    assert len(found.proposals) + crowded.pairs == count * (count - 1) // 2


def test_the_reported_key_of_people_holds_nothing_but_the_name() -> None:
    people = [Person(f"P:src:{at}", "李建国", birth_year=1970) for at in range(pairing.MOST + 5)]
    (crowded,) = propose(people).crowded
    assert crowded.key == "person 李建国"


def test_every_brand_a_letter_apart_is_found_whichever_letter_it_is() -> None:
    brand = "lancangx"
    changed = {
        brand[:n] + letter + brand[n + cut :]
        for n, letter, cut in product(range(9), string.ascii_lowercase, (0, 1))
    }
    changed |= {brand[:n] + brand[n + 1 :] for n in range(8)}
    one = Company("E:src:0", f"{brand} Forging Co., Ltd.")
    for at, name in enumerate(sorted(changed), 1):
        pair: list[Party] = [one, Company(f"E:src:{at}", f"{name} Forging Co., Ltd.")]
        assert scores(propose(pair)) == all_pairs(pair), name
