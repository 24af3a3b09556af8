"""Invented names, put together from common characters; none is taken from a register."""

from __future__ import annotations

from dataclasses import dataclass

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
GIVEN = "安邦柏斌波辰诚春丹德东芳飞峰刚桂国海涵浩禾宏华辉慧佳建健杰锦静娟军康兰磊丽良琳玲龙梅敏明楠宁"
PEOPLE_FIRST = "文志永秀玉子晓家春小世俊思雨国建"

COUNTIES = ("岚汀", "砚浦", "澄棠", "桐汐", "芷岭", "榕澜", "荻湾", "枫砚", "鹭沚", "墨汀")
PLACE_FIRST = "青白上下东西南北新大石龙凤金银云水竹松梅"
PLACE_SECOND = "溪塘湾坪岗坑岭洲埗洞冲田垌桥"
BRAND_FIRST = "禾穗岚汀沐澄棠溪渔丰瑞嘉润泽恒盛兴昌隆腾远拓卓锐启"
BRAND_SECOND = "源禾田野塘畔谷仓舟帆桥港川原林森泉露霖晖曦辰宇达通"


@dataclass(frozen=True)
class Industry:
    """A line of business.

    Parameters
    ----------
    code : str
        GB/T 4754 class.
    word : str
        The word in a company's name.
    """

    code: str
    word: str


INDUSTRIES = (
    Industry("0412", "水产养殖"),
    Industry("1361", "水产品加工"),
    Industry("0321", "禽业"),
    Industry("1353", "肉制品"),
    Industry("1539", "茶业"),
    Industry("1371", "蔬果加工"),
    Industry("2041", "竹制品"),
    Industry("1329", "饲料"),
    Industry("5112", "农产品商贸"),
    Industry("5810", "物流"),
    Industry("3311", "金属制品"),
    Industry("2927", "塑料制品"),
    Industry("3034", "建材"),
    Industry("6513", "软件"),
    Industry("7299", "商务服务"),
)


def person_name(word: int, surname: int) -> str:
    """Return a personal name made of 64 random bits and a family's bits."""
    second = PEOPLE_FIRST[(word >> 8) % len(PEOPLE_FIRST)] if word & 3 else ""
    return SURNAMES[surname % len(SURNAMES)] + second + GIVEN[(word >> 16) % len(GIVEN)]


def brand(word: int) -> str:
    """Return the distinctive part 字号 of a company's name."""
    middle = BRAND_SECOND[(word >> 24) % len(BRAND_SECOND)] if word & 1 else ""
    return (
        BRAND_FIRST[(word >> 8) % len(BRAND_FIRST)] + BRAND_SECOND[(word >> 16) % len(BRAND_SECOND)] + middle
    )


def place_name(index: int) -> str:
    """Return the name of the index-th town or village; names repeat after 280, as real ones do."""
    return PLACE_FIRST[index % len(PLACE_FIRST)] + PLACE_SECOND[index // len(PLACE_FIRST) % len(PLACE_SECOND)]
