"""Writes ``name_pairs.csv``: pairs of names with the right answer, by rules that a person can check one by one.

Every name is put together from parts (place + brand + industry + legal form + branch) as registered names are; no company and
no person is meant. A pair's ``rule`` says why it is ``same`` or ``different``:

- *same*: one party, written as another system would write it (traditional characters, brackets, the short form of a place,
  English, pinyin, …), with the attributes that both systems have. ``short_name`` is hard on purpose: a person would ask back.
- *different*: two parties whose names are alike. A branch is not its company; one brand in two industries, two cities or two
  kinds of legal person are two companies; one name with two unified social credit codes is two companies; people are
  different unless an identity number or two attributes say otherwise (S3-24), so a name alone is ``different``.

Run ``python -m tests.golden.name_pairs`` to write the file anew; a test says whether it is what this script writes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TextIO

from loaders.identity.matching import Company, Party, Person
from schema.identifiers.uscc import make_uscc

FILE = Path(__file__).with_suffix(".csv")
HELD_OUT = FILE.with_name("name_pairs_held_out.csv")
"""Pairs that were judged by hand, and kept, before the matcher saw them: no rule makes them, and no rule was made for one."""
SAME, DIFFERENT = "same", "different"
EACH = 16
"""Pairs of every rule."""
COLUMNS = ("rule", "label", "kind", *(f"{side}_{name}" for side in ("left", "right") for name in (
    "name", "uscc", "region", "former", "id", "id_mask", "birth_year")))  # fmt: skip

# Place as in a name, the fuller and the shorter way to write it, its code, in English; and another one.
PLACES = (
    ("肇庆市", "广东省肇庆市", "肇庆", "441200", "Zhaoqing", "惠州市"),
    ("惠州市", "广东省惠州市", "惠州", "441300", "Huizhou", "宜春市"),
    ("宜春市", "江西省宜春市", "宜春", "360900", "Yichun", "衢州市"),
    ("衢州市", "浙江省衢州市", "衢州", "330800", "Quzhou", "宝鸡市"),
    ("宝鸡市", "陕西省宝鸡市", "宝鸡", "610300", "Baoji", "肇庆市"),
    ("深圳市", "广东省深圳市", "深圳", "440300", "Shenzhen", "杭州市"),
    ("杭州市", "浙江省杭州市", "杭州", "330100", "Hangzhou", "深圳市"),
)
# Brand, the same in traditional characters, in pinyin, one that looks alike with its pinyin, one that sounds alike.
BRANDS = (
    ("宏远", "宏遠", "Hongyuan", "宏达", "Hongda", "鸿远"),
    ("华丰", "華豐", "Huafeng", "华盛", "Huasheng", "花峰"),
    ("兴农", "興農", "Xingnong", "兴隆", "Xinglong", "星农"),
    ("万顺", "萬順", "Wanshun", "万润", "Wanrun", "皖顺"),
    ("绿野", "綠野", "Lvye", "绿源", "Lvyuan", "旅冶"),
    ("金龙", "金龍", "Jinlong", "金鹏", "Jinpeng", "锦隆"),
    ("东升", "東昇", "Dongsheng", "东兴", "Dongxing", "冬盛"),
    ("庆云", "慶雲", "Qingyun", "庆阳", "Qingyang", "清韵"),
    ("联创", "聯創", "Lianchuang", "联盛", "Liansheng", "莲窗"),
    ("远航", "遠航", "Yuanhang", "远景", "Yuanjing", "原行"),
    ("丰禾", "豐禾", "Fenghe", "丰泽", "Fengze", "枫荷"),
)
# Industry, another one, in English, the same in traditional characters, in pinyin.
INDUSTRIES = (
    ("机械制造", "食品", "Machinery Manufacturing", "機械製造", "Jixie Zhizao"),
    ("农业科技", "建筑工程", "Agricultural Technology", "農業科技", "Nongye Keji"),
    ("食品", "电子科技", "Food", "食品", "Shipin"),
    ("电子科技", "物流", "Electronics Technology", "電子科技", "Dianzi Keji"),
    ("物流", "纺织", "Logistics", "物流", "Wuliu"),
    ("进出口贸易", "水产养殖", "Import & Export Trading", "進出口貿易", "Jinchukou Maoyi"),
    ("建筑工程", "农业科技", "Construction Engineering", "建築工程", "Jianzhu Gongcheng"),
    ("纺织", "机械制造", "Textile", "紡織", "Fangzhi"),
)
PEOPLE = (
    ("李建国", "李建國", "Li Jianguo", "李建军"),
    ("王秀英", "王秀英", "Xiuying Wang", "王秀珍"),
    ("张伟", "張偉", "ZHANG Wei", "张强"),
    ("刘洋", "劉洋", "Yang Liu", "刘阳"),
    ("陈国华", "陳國華", "Chen Guohua", "陈国庆"),
    ("欧阳明", "歐陽明", "Ouyang Ming", "欧阳亮"),
    ("吕丽", "呂麗", "Lyu Li", "吕莉"),
    ("赵敏", "趙敏", "Min Zhao", "赵明"),
)
VILLAGES = (("回龙镇", "白土镇"), ("新桥镇", "禄步镇"), ("金利镇", "蚬岗镇"))


@dataclass(frozen=True)
class Parts:
    """What companies are put together from."""

    places: tuple[tuple[str, ...], ...]
    brands: tuple[tuple[str, ...], ...]
    industries: tuple[tuple[str, ...], ...]


KNOWN = Parts(PLACES, BRANDS, INDUSTRIES)
UNSEEN = Parts(
    (
        ("嘉兴市", "浙江省嘉兴市", "嘉兴", "330400", "Jiaxing", "丽水市"),
        ("丽水市", "浙江省丽水市", "丽水", "331100", "Lishui", "嘉兴市"),
        ("昆山市", "江苏省苏州市昆山市", "昆山", "320583", "Kunshan", "嘉兴市"),
    ),
    (
        ("澜沧", "瀾滄", "Lancang", "澜汐", "Lanxi", "兰仓"),
        ("启岳", "啟嶽", "Qiyue", "启宁", "Qining", "其月"),
        ("沃田", "沃田", "Wotian", "沃川", "Wochuan", "卧田"),
        ("博睿", "博睿", "Borui", "博远", "Boyuan", "伯瑞"),
        ("长荣", "長榮", "Changrong", "长泰", "Changtai", "常容"),
    ),
    (
        ("锻造", "香料", "Forging", "鍛造", "Duanzao"),
        ("香料", "眼镜", "Spices", "香料", "Xiangliao"),
        ("眼镜", "锻造", "Optical Glasses", "眼鏡", "Yanjing"),
        ("无人机", "香料", "Drone", "無人機", "Wurenji"),
    ),
)
"""Industries that no word list of ours holds: what the matcher does with a vocabulary that it was not written for."""


@dataclass(frozen=True)
class Side:
    """One record of a pair."""

    name: str
    uscc: str = ""
    region: str = ""
    former: str = ""
    id: str = ""
    id_mask: str = ""
    birth_year: str = ""


@dataclass(frozen=True)
class Draw:
    """The parts of one made-up company."""

    at: int
    place: tuple[str, ...]
    brand: tuple[str, ...]
    industry: tuple[str, ...]
    parts: Parts

    @property
    def rest(self) -> str:
        """Brand and industry."""
        return self.brand[0] + self.industry[0]

    @property
    def name(self) -> str:
        """The registered name."""
        return f"{self.place[0]}{self.rest}有限公司"

    @property
    def english(self) -> str:
        """Its usual rendering."""
        return f"{self.place[4]} {self.brand[2]} {self.industry[2]} Co., Ltd."

    def uscc(self, serial: int = 0) -> str:
        """Return a code that nobody has."""
        return make_uscc("91", self.place[3], f"Y{self.at:04d}{serial:03d}")


def draws(parts: Parts = KNOWN) -> Iterator[Draw]:
    """Yield companies without end; the lists have different lengths, so that all parts meet."""
    drawn = zip(cycle(parts.places), cycle(parts.brands), cycle(parts.industries))
    for at, (place, brand, industry) in enumerate(drawn):
        yield Draw(at, place, brand, industry, parts)


Pair = tuple[Side, Side]


def same_companies(d: Draw) -> dict[str, Pair]:
    """One company, written twice."""
    place, fuller, shorter, code, english, _ = d.place
    brand, traditional, pinyin = d.brand[:3]
    industry = d.industry
    full, number = d.name, d.uscc()
    return {
        "limited_company": (Side(full), Side(full.replace("有限公司", "有限责任公司"))),
        "traditional": (
            Side(full),
            Side(f"{place.replace('庆', '慶')}{traditional}{industry[3]}有限責任公司"),
        ),
        "brackets": (
            Side(f"{shorter}{d.rest}有限公司"),
            Side((f"{d.rest}（{shorter}）有限公司", f"{d.rest}[{shorter}] 有限公司")[d.at % 2]),
        ),
        "widths_and_marks": (
            Side(f"{place}ABC{d.rest}有限公司"),
            Side(f" {place}ＡＢＣ　{d.rest}有限公司（自然人独资）"),
        ),
        "place_in_full": (Side(full), Side(full.replace(place, fuller))),
        "place_in_short": (Side(full), Side(full.replace(place, shorter))),
        "place_left_out": (Side(full, region=code), Side(f"{d.rest}有限公司", region=code)),
        "branch_number": (
            Side(f"{full}第{'一二三'[d.at % 3]}分公司"),
            Side(f"{full}第{'123'[d.at % 3]}分公司"),
        ),
        "english": (Side(full), Side(d.english)),
        "english_twice": (
            Side(d.english),
            Side(d.english.upper().replace("CO., LTD.", "COMPANY LIMITED").replace("&", "AND")),
        ),
        "pinyin": (Side(full), Side(f"{english} {pinyin} {industry[4]} Youxian Gongsi")),
        "former_name": (
            Side(full, former=f"{place}{d.brand[3]}{industry[0]}有限公司"),
            Side(f"{shorter}{d.brand[3]}{industry[0]}有限责任公司"),
        ),
        "same_code_other_name": (
            Side(full, number),
            Side(f"{place}{d.brand[3]}{industry[1]}有限公司", number),
        ),
        "short_name": (Side(full), Side((f"{shorter}{brand}", f"{d.rest}", f"{brand}公司")[d.at % 3])),
    }


def different_companies(d: Draw) -> dict[str, Pair]:
    """Two companies with names that look alike."""
    place, _, shorter, code, english, elsewhere = d.place
    brand, _, _, near, near_pinyin, sounding = d.brand
    industry, other, in_english = d.industry[:3]
    full = d.name
    other_code = next(p[3] for p in d.parts.places if p[0] == elsewhere)
    town, other_town = VILLAGES[d.at % len(VILLAGES)]
    village = f"{'新东上大'[d.at % 4]}{'村桥塘岭'[d.at // 4 % 4]}"
    village = village if village.endswith("村") else village + "村"
    return {
        "brand_looks_alike": (Side(full), Side(f"{place}{near}{industry}有限公司")),
        "brand_sounds_alike": (Side(full), Side(f"{place}{sounding}{industry}有限公司")),
        "english_other_brand": (Side(full), Side(d.english.replace(d.brand[2], near_pinyin))),
        "english_other_place": (
            Side(full),
            Side(d.english.replace(english, next(p[4] for p in d.parts.places if p[0] == elsewhere))),
        ),
        "english_other_industry": (Side(full), Side(d.english.replace(in_english, _english_of(d, other)))),
        "other_branch": (Side(f"{full}第一分公司"), Side(f"{full}第二分公司")),
        "branch_and_head": (Side(full), Side(f"{full}{('第一', shorter)[d.at % 2]}分公司")),
        "same_name_other_code": (Side(full, d.uscc(1)), Side(full, d.uscc(2))),
        "other_industry": (Side(full), Side(f"{place}{brand}{other}有限公司")),
        "other_place": (Side(full), Side(full.replace(place, elsewhere))),
        "place_left_out_elsewhere": (Side(full, region=code), Side(f"{d.rest}有限公司", region=other_code)),
        "company_and_cooperative": (
            Side(f"{place}{brand}养殖有限公司"),
            Side(f"{place}{brand}养殖专业合作社"),
        ),
        "group_and_company": (Side(f"{place}{d.rest}集团有限公司"), Side(full)),
        "village_of_another_town": (
            Side(f"{place}高要区{town}{village}股份经济合作社"),
            Side(f"{place}高要区{other_town}{village}股份经济合作社"),
        ),
    }


def _english_of(d: Draw, industry: str) -> str:
    found = [each[2] for each in d.parts.industries if each[0] == industry]
    return found[0] if found else {"水产养殖": "Aquaculture"}[industry]


def people(at: int) -> tuple[dict[str, Pair], dict[str, Pair]]:
    """One person written twice, and two people with one name."""
    name, traditional, pinyin, near = PEOPLE[at % len(PEOPLE)]
    written = (name, traditional, pinyin)[at % 3]
    year, mask = str(1950 + at * 3 % 45), f"441*************{at % 10}{(at * 7) % 10}"
    same = {
        "person_identity": (Side(name, id=_identity(at)), Side(written, id=_identity(at))),
        "person_two_attributes": (
            Side(name, id_mask=mask, birth_year=year),
            Side(pinyin, id_mask=mask, birth_year=year),
        ),
    }
    different = {
        "person_name_alone": (Side(name), Side(written)),
        "person_other_identity": (Side(name, id=_identity(at)), Side(name, id=_identity(at + 500))),
        "person_other_birth": (Side(name, birth_year=year), Side(pinyin, birth_year=str(int(year) + 11))),
        "person_other_name": (Side(name, birth_year=year), Side(near, birth_year=year)),
    }
    return same, different


def _identity(at: int) -> str:
    return f"P:1:{hashlib.sha256(f'nobody {at}'.encode()).hexdigest()[:32]}"


def rows(parts: Parts = KNOWN) -> Iterator[tuple[str, str, str, Side, Side]]:
    """Yield every pair: rule, label, kind, and both sides."""
    companies = [*islice(draws(parts), EACH)]
    for label, pairs_of in ((SAME, same_companies), (DIFFERENT, different_companies)):
        for rule in pairs_of(companies[0]):
            yield from ((rule, label, "company", *pairs_of(d)[rule]) for d in companies)
    for index, label in enumerate((SAME, DIFFERENT)):
        for rule in people(0)[index]:
            yield from ((rule, label, "person", *people(at)[index][rule]) for at in range(EACH))


def write(file: TextIO, pairs: Iterable[tuple[str, str, str, Side, Side]]) -> None:
    """Write pairs as CSV."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for rule, label, kind, left, right in pairs:
        writer.writerow((rule, label, kind, *vars(left).values(), *vars(right).values()))


def read(path: Path = FILE) -> list[dict[str, str]]:
    """Return the pairs of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def unseen() -> list[dict[str, str]]:
    """Return pairs of companies made of words that no list of ours holds, by the same rules."""
    file = io.StringIO()
    write(file, rows(UNSEEN))
    file.seek(0)
    return [row for row in csv.DictReader(file) if row["kind"] == "company"]


def parties_of(row: Mapping[str, str]) -> tuple[Party, Party]:
    """Return both sides of a row as the matcher takes them."""
    left, right = (_party(row, side) for side in ("left", "right"))
    return left, right


def _party(row: Mapping[str, str], side: str) -> Party:
    given = {name: row[f"{side}_{name}"] for name in vars(Side(""))}
    if row["kind"] == "person":
        year = int(given["birth_year"]) if given["birth_year"] else None
        return Person(given["id"], given["name"], given["id_mask"], year)
    former = tuple(filter(None, [given["former"]]))
    return Company("", given["name"], given["uscc"], region_code=given["region"], former_names=former)


@dataclass(frozen=True)
class Tally:
    """How a matcher did: pairs that it called the same rightly, wrongly, and that it missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of its matches that are right."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Share of what is the same that it found."""
        return self.right / max(self.right + self.missed, 1)


def tally(pairs: Sequence[Mapping[str, str]], is_match: Callable[[Mapping[str, str]], bool]) -> Tally:
    """Put every pair to a matcher."""
    said = [(is_match(row), row["label"] == SAME) for row in pairs]
    return Tally(said.count((True, True)), said.count((True, False)), said.count((False, True)))


if __name__ == "__main__":
    with FILE.open("w", encoding="utf-8", newline="") as target:
        write(target, rows())
    sys.stdout.write(f"{len(read())} pairs\n")
