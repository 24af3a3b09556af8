"""The matcher's own rules: vetoes, brands, regions, people, and reasons that can be read."""

from __future__ import annotations

import pytest

from loaders.identity.company_features import Bearers
from loaders.identity.features import ALGORITHM, OUTCOMES, Decision, Feature, Match, Verdict, judged
from loaders.identity.matching import Company, Party, Person, match
from schema.errors import IdentifierInvalid
from schema.identifiers.uscc import make_uscc

CODE, OTHER = (make_uscc("91", "441200", f"Y000000{n}") for n in (1, 2))
IDENTIFIED, ANOTHER = (f"P:1:{n * 32}" for n in "ab")


def company(name: str, **known: object) -> Company:
    return Company("", name, **known)  # type: ignore[arg-type]


def of(name: str, found: Match) -> Feature:
    (feature,) = (each for each in found.features if each.name == name)
    return feature


def test_one_name_with_two_codes_is_two_companies() -> None:
    found = match(company("宏远机械有限公司", uscc=CODE), company("宏远机械有限公司", uscc=OTHER))
    assert (found.decision, found.score) == (Decision.NO, 0.0)
    assert found.features[0].verdict is Verdict.VETOES


def test_one_code_is_one_company_whatever_it_is_called() -> None:
    found = match(company("宏远机械有限公司", uscc=CODE), company("宏达食品有限公司", uscc=CODE))
    assert (found.decision, found.score) == (Decision.MATCH, 1.0)


def test_the_brand_decides() -> None:
    found = match(company("肇庆宏远机械有限公司"), company("肇庆宏达机械有限公司"))
    assert found.decision is Decision.NO
    assert (of("brand", found).left, of("brand", found).right) == ("宏远", "宏达")
    assert of("industry", found).verdict is Verdict.AGREES


def test_a_name_without_its_region_matches_only_when_nobody_else_bears_it() -> None:
    named, short = company("肇庆市宏远机械有限公司"), company("宏远机械有限公司")
    sole = Bearers.of([named.name])
    common = Bearers.of([named.name, "广州市宏远机械有限公司"])
    assert match(named, short).decision is Decision.REVIEW
    assert match(named, short, sole).decision is Decision.MATCH
    assert match(named, short, common).decision is Decision.REVIEW
    assert of("region", match(named, short, common)).outcome == "common"


def test_where_it_is_registered_stands_in_for_a_region_that_a_name_leaves_out() -> None:
    named = company("肇庆市宏远机械有限公司", region_code="441283")
    assert match(named, company("宏远机械有限公司", region_code="4412")).decision is Decision.MATCH
    assert match(named, company("宏远机械有限公司", region_code="440300")).decision is Decision.NO


def test_a_conversion_to_shares_is_for_a_person_to_judge() -> None:
    found = match(company("肇庆宏远机械有限公司"), company("肇庆宏远机械股份有限公司"))
    assert found.decision is Decision.REVIEW
    assert of("form", found).outcome == "converted"


def test_cities_that_share_a_pinyin_do_not_contradict() -> None:
    english = company("Suzhou Hongyuan Machinery Co., Ltd.")
    for place in ("苏州", "宿州"):
        assert match(company(f"{place}宏远机械有限公司"), english).decision is Decision.MATCH
    assert match(company("杭州宏远机械有限公司"), english).decision is Decision.NO


def test_a_former_name_counts_and_says_so() -> None:
    found = match(
        company("肇庆宏达机械有限公司", former_names=("肇庆宏远机械有限公司",)),
        company("肇庆宏远机械有限公司"),
    )
    assert found.decision is Decision.MATCH
    assert of("former_name", found).right == "肇庆宏远机械有限公司"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Person("", "李建国"), Person("", "李建国")),
        (Person("", "李建国"), Person("", "Li Jianguo")),
        (Person(IDENTIFIED, "李建国"), Person("", "李建国")),
        (Person("", "李建国", birth_year=1970), Person("", "李建国", birth_year=1970)),
    ],
)
def test_s3_24_a_name_and_less_than_two_attributes_never_match(left: Person, right: Person) -> None:
    assert match(left, right).decision is Decision.REVIEW


def test_s3_24_an_identity_number_or_two_attributes_do() -> None:
    assert match(Person(IDENTIFIED, "李建国"), Person(IDENTIFIED, "Li Jianguo")).score == 1.0
    tied = {"birth_year": 1970, "ties": frozenset({"E:1"})}
    assert match(Person("", "李建国", **tied), Person("", "Jianguo Li", **tied)).decision is Decision.MATCH  # type: ignore[arg-type]
    assert match(Person(IDENTIFIED, "李建国"), Person(ANOTHER, "李建国")).score == 0.0


def test_s3_24_two_attributes_with_a_contradiction_are_none() -> None:
    left = Person("", "李建国", "441*************21", 1970, frozenset({"E:1"}))
    right = Person("", "李建国", "441*************21", 1985, frozenset({"E:1"}))
    assert match(left, right).decision is Decision.NO


def test_pseudonyms_of_two_key_versions_say_nothing_of_each_other() -> None:
    later = IDENTIFIED.replace("P:1:", "P:2:")
    assert match(Person(IDENTIFIED, "李建国"), Person(later, "李建国")).decision is Decision.REVIEW


def test_what_is_personal_is_never_repeated_in_a_reason() -> None:
    left = Person("", "李建国", "441*************21", 1970, frozenset({"E:1"}))
    assert all(not (f.left or f.right) for f in match(left, left).features)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (company("肇庆市宏远机械有限公司"), company("Zhaoqing Hongyuan Machinery Co., Ltd.")),
        (company("宏远机械有限公司第一分公司"), company("宏远机械有限公司")),
        (Person("", "欧阳明", birth_year=1970), Person("", "Ming Ouyang")),
    ],
)
def test_the_order_of_the_two_does_not_matter(left: Party, right: Party) -> None:
    one, other = match(left, right), match(right, left)
    assert (one.score, one.decision) == (other.score, other.decision)
    assert {(f.name, f.outcome) for f in one.features} == {(f.name, f.outcome) for f in other.features}


def test_every_reason_is_bilingual_and_every_factor_a_ratio() -> None:
    for key, (verdict, factor, zh, en) in OUTCOMES.items():
        assert 0.0 <= factor <= 1.0, key
        assert zh, key
        assert en.endswith("."), key
        assert (factor == 0.0) == (verdict is Verdict.VETOES), key


def test_a_veto_wins_over_an_equal_identifier() -> None:
    both = judged((Feature("lei", "equal"), Feature("uscc", "differs")))
    assert (both.decision, both.algorithm) == (Decision.NO, ALGORITHM)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(TypeError):
        match(company("宏远机械有限公司"), Person("", "李建国"))
    with pytest.raises(IdentifierInvalid):
        match(company("　"), company("宏远机械有限公司"))
