"""The registry of risk features: what ships is whole, and what is wrong with another one is said."""

from __future__ import annotations

import re

import pytest

from algorithms.features import evaluate, load, parse, parse_csv
from algorithms.features.known import audiences_of
from algorithms.features.shapes import SHAPES
from algorithms.projection import Access
from schema.errors import RulebookInvalid
from schema.risk_feature import AGGREGATIONS, RELATION, STRUCTURE
from tests.unit.features.random_town import DAY, ENTERPRISES, random_town

REGISTRY = load()
FAMILY = """
version = "7"
[[source]]
id = "fine"
zh = "罚款"
en = "fines"
fact = "SUBJECT_OF"
party = "start"
record = "Penalty"
day = "decided_on"
counterparty = "authority"
coverage = "DECLARED"
[source.measures]
amount = { zh = "金额", en = "amount", expr = "amount_fen", unit = "fen" }
[source.slices]
serious = { zh = "严重", en = "serious", where = "severity = 'SERIOUS'" }
[[source.family]]
slices = ["serious"]
measures = ["amount"]
aggregations = ["sum"]
windows = [45, "ever"]
scopes = ["self", "suppliers"]
"""
HEADER = "code,zh,en,source,where,measure,unit,aggregation,window,scope,version\n"
GOOD = "C1,近45日罚款,Fines in 45 days,penalty,severity = 'SERIOUS',amount_fen,fen,sum,45,self,2027\n"


def test_s1_07_registry_loads_2000_features_and_evaluates() -> None:
    features = list(REGISTRY.features.values())
    assert len(features) >= 2_000
    town = random_town(1)
    positions = [town.position(each) for each in ENTERPRISES]
    found = evaluate(town.view(DAY, Access.system()), positions, features, REGISTRY)
    assert found.values.shape == found.known.shape == (len(ENTERPRISES), 1 + len(features))
    assert found.values["id"].to_list() == ENTERPRISES
    assert found.values.columns[1:] == [f.code for f in features]
    types = found.values.schema
    for feature in features:
        assert types[feature.code].is_integer() is feature.unit.whole


def test_no_feature_says_what_another_says() -> None:
    features = REGISTRY.features.values()
    for said in ("code", "zh", "en", "expr"):
        assert len({getattr(f, said) for f in features}) == len(features), said


def test_every_feature_is_a_bilingual_sample_with_a_code_of_the_declared_form() -> None:
    for code, f in REGISTRY.features.items():
        assert f.sample
        assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+){2,4}", code)
        assert re.search(r"[\u4e00-\u9fff]", f.zh), code
        assert "{" not in f.zh + f.en
        assert f.code == code
        assert f.version
        assert f.expr.startswith(f.aggregation)


def test_everything_declared_is_used() -> None:
    features = REGISTRY.features.values()
    assert {f.aggregation for f in features} == set(AGGREGATIONS)
    assert {f.scope for f in features} - {"self"} == set(REGISTRY.relations)
    assert {f.source for f in features} == {*REGISTRY.sources, RELATION, STRUCTURE}
    assert {f.measure.expr for f in features if f.source == STRUCTURE and f.measure} == set(SHAPES)


def test_every_source_is_delivered_by_a_canonical_kind_of_one_class() -> None:
    for source in REGISTRY.sources.values():
        assert len(audiences_of(source.fact, source.record)) == 1, source.id


def test_a_list_of_ones_own_is_no_sample_and_may_use_what_ships() -> None:
    own = parse({"own.toml": FAMILY}, REGISTRY)
    assert list(own.features) == [
        "fine.serious.sum_amount.45d.self",
        "fine.serious.sum_amount.45d.suppliers",
        "fine.serious.sum_amount.self",
        "fine.serious.sum_amount.suppliers",
    ]
    first = own.features["fine.serious.sum_amount.45d.suppliers"]
    assert (first.zh, first.version, first.sample) == ("供应商近45日严重罚款金额合计", "7", False)
    assert first.en == "Sum of amount of serious fines in the last 45 days, of its suppliers"


@pytest.mark.parametrize(
    ("there", "planted", "said"),
    [
        ('fact = "SUBJECT_OF"', 'fact = "SUBJECT_TO"', "no relationship 'SUBJECT_TO'"),
        ('record = "Penalty"', 'record = "Invoice"', "leads to no Invoice"),
        ('party = "start"', 'party = "end"', "no party stands at the end"),
        ('day = "decided_on"', 'day = "decided"', "day is one of"),
        ('counterparty = "authority"', 'counterparty = "office"', "'office'"),
        ('coverage = "DECLARED"', 'coverage = "SURE"', "SURE"),
        ('coverage = "DECLARED"\n', "", "coverage"),
        ("severity = 'SERIOUS'", "gravity = 1", "gravity"),
        ("severity = 'SERIOUS'", "CONCAT(severity)", "CONCAT"),
        ("severity = 'SERIOUS'", "severity = = 1", "does not parse"),
        ("severity = 'SERIOUS'", "1 = 1", "names no column"),
        ('expr = "amount_fen"', 'expr = "sum_fen"', "sum_fen"),
        ('unit = "fen"', 'unit = "yuan"', "yuan"),
        ('"sum"]', '"median"]', "'median'"),
        ('"sum"]', '"count"]', "count takes no measure"),
        ('"sum"]', '"mean"]', "money stays whole fen"),
        ('"sum"]', '"degree"]', "degree does not go with fine"),
        ('"sum"]', '"latest"]', "takes no window"),
        ('"sum"]', '"growth"]', "growth needs a window"),
        ('"sum"]', '"top_share"]', "is about the enterprise itself"),
        ('[45, "ever"]', "[0]", "a window has 1 to"),
        ('[45, "ever"]', '["month"]', "'month'"),
        ('["self", "suppliers"]', '["friends"]', "no scope 'friends'"),
        ('slices = ["serious"]', 'slices = ["severe"]', "severe"),
        ("windows =", "window =", "window"),
        ('version = "7"\n', "", "version"),
        ("[[source]]", "[source", "is not TOML"),
        ('id = "fine"\n', "", "needs an id"),
    ],
)
def test_what_is_wrong_with_a_family_is_said(there: str, planted: str, said: str) -> None:
    assert there in FAMILY
    with pytest.raises(RulebookInvalid, match=re.escape(said)) as error:
        parse({"own.toml": FAMILY.replace(there, planted)}, REGISTRY)
    assert "own.toml" in error.value.detail


@pytest.mark.parametrize(
    ("there", "planted", "said"),
    [
        ('paths = [["<OWNS"]]', 'paths = [["OWNS"]]', "a step is written"),
        ('paths = [["<OWNS"]]', 'paths = [["<OWN"]]', "no relationship OWN"),
        ('paths = [["<OWNS"]]', "share = 1.5", "share is 0 to 1"),
        ('paths = [["<OWNS"]]\n', "", "either paths or a share"),
        ('label = "Person"', 'label = "Human"', "no label 'Human'"),
    ],
)
def test_what_is_wrong_with_a_relation_is_said(there: str, planted: str, said: str) -> None:
    relation = (
        'version = "1"\n[[relation]]\nid = "holders"\nzh = "股东"\nen = "holders"\n'
        'paths = [["<OWNS"]]\nlabel = "Person"\ncoverage = "DECLARED"\n'
    )
    assert parse({"r.toml": relation}).relations
    with pytest.raises(RulebookInvalid, match=re.escape(said)):
        parse({"r.toml": relation.replace(there, planted)})


def test_a_code_that_comes_twice_is_refused() -> None:
    with pytest.raises(RulebookInvalid, match="comes twice"):
        parse({"a.toml": FAMILY, "b.toml": FAMILY}, REGISTRY)


def test_a_list_as_csv_is_the_same_as_its_features() -> None:
    own = parse_csv(HEADER + GOOD, "own.csv", REGISTRY).features["C1"]
    shipped = REGISTRY.features["penalty.serious.sum_fine.90d.self"]
    assert (own.where, own.unit, own.aggregation, own.window) == (shipped.where, shipped.unit, "sum", 45)
    assert own.sample is False


@pytest.mark.parametrize(
    ("there", "planted", "said"),
    [
        ("penalty", "fines", "line 2: there is no source 'fines'"),
        ("severity", "gravity", "gravity"),
        ("amount_fen", "money", "money"),
        (",fen,", ",yuan,", "the unit of a measure"),
        (",45,", ",a month,", "a window is a number of days"),
        (",self,", ",friends,", "no scope 'friends'"),
        ("C1", "", "code is empty"),
        (GOOD, GOOD + GOOD, "line 3: the code C1 comes twice"),
        (GOOD, "", "no feature in it"),
        ("code,zh", "zh", "the header lacks code"),
    ],
)
def test_what_is_wrong_with_a_csv_is_said_with_its_line(there: str, planted: str, said: str) -> None:
    with pytest.raises(RulebookInvalid, match=re.escape(said)):
        parse_csv((HEADER + GOOD).replace(there, planted, 1), "own.csv", REGISTRY)


def test_all_faults_of_a_csv_are_said_at_once() -> None:
    bad = "".join(GOOD.replace("C1", f"C{n}").replace("penalty", "fines") for n in range(30))
    with pytest.raises(RulebookInvalid, match=r"line 2: .*line 21: .*And 10 more"):
        parse_csv(HEADER + bad, "own.csv", REGISTRY)
