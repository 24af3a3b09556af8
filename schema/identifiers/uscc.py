"""Unified social credit codes 统一社会信用代码 and the organisation codes 组织机构代码 inside them.

Eighteen characters: department and class (2), region at registration (6), organisation code (9), check (1).
Both check characters are verified. Department, class and region are hints: new classes are added by notice, and
city-level, national and retired region codes occur in genuine codes.

An inner organisation code that fails its check is an *error*, not a hint: of 50 codes quoted from public registers,
all 42 that pass the outer check pass the inner one too.

References
----------
GB 32100-2015 (with its amendment that adds departments A and N); GB 11714-1997.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from schema.errors import IdentifierInvalid
from schema.identifiers.region_code import PROVINCES
from schema.identifiers.text import Hint, compact

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_INNER_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SPREADSHEET_FLOAT = re.compile(r"\d(\.\d+)?E\+?\d+|\d{15}000\.0+")
_NATIONAL = "10"

DEPARTMENT_CLASSES: dict[str, str] = {
    "11": "机关",
    "12": "事业单位",
    "13": "中央编办直接管理机构编制的群众团体",
    "19": "机构编制 其他",
    "21": "外国常驻新闻机构",
    "29": "外交 其他",
    "31": "律师执业机构",
    "32": "公证处",
    "33": "基层法律服务所",
    "34": "司法鉴定机构",
    "35": "仲裁委员会",
    "39": "司法行政 其他",
    "41": "外国在华文化中心",
    "49": "文化 其他",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "54": "基层群众性自治组织",
    "59": "民政 其他",
    "61": "外国旅游部门常驻代表机构",
    "62": "港澳台地区旅游部门常驻内地代表机构",
    "69": "旅游 其他",
    "71": "宗教活动场所",
    "72": "宗教院校",
    "79": "宗教 其他",
    "81": "基层工会",
    "89": "工会 其他",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
    "A1": "军队事业单位",
    "A9": "军队 其他",
    "N1": "组级集体经济组织",
    "N2": "村级集体经济组织",
    "N3": "乡镇级集体经济组织",
    "N9": "农业 其他",
    "Y1": "其他",
}
"""Department 登记管理部门 + class 机构类别 → Chinese name."""


@dataclass(frozen=True, slots=True)
class Uscc:
    """A code that passed every check.

    Parameters
    ----------
    code : str
        Eighteen characters, half-width, upper-case.
    hints : tuple of Hint
        What is odd about it without making it wrong.
    """

    code: str
    hints: tuple[Hint, ...] = field(default=(), compare=False)

    @property
    def department_class(self) -> str:
        """Characters 1-2, a key of `DEPARTMENT_CLASSES` unless hinted otherwise."""
        return self.code[:2]

    @property
    def region6(self) -> str:
        """Characters 3-8: region *at registration*, a hint of where, never where it is now."""
        return self.code[2:8]

    @property
    def organisation_code(self) -> str:
        """Characters 9-17: the organisation code with its own check character."""
        return self.code[8:17]


def validate_uscc(text: str) -> Uscc:
    """Return the code in `text`, or say why there is none.

    Parameters
    ----------
    text : str
        As typed: full-width forms, lower case and spaces are accepted.

    Raises
    ------
    IdentifierInvalid
        ``rule`` is one of ``uscc.empty``, ``uscc.spreadsheet_truncation``, ``uscc.length``, ``uscc.placeholder``,
        ``uscc.alphabet``, ``uscc.check_character``, ``uscc.organisation_code``.

    Examples
    --------
    >>> validate_uscc(" 91110000６００0３７３４１ｌ").code
    '91110000600037341L'
    """
    code = compact(text)
    _check_form(code)
    _check_characters(code)
    return Uscc(code, _hints(code))


def uscc_check_character(first17: str) -> str:
    """Return the check character of the first seventeen: alphabet[(31 - Σ weight x value) mod 31].

    Since 31 is prime and no weight is a multiple of it, every single wrong character is detected.
    """
    if len(first17) != len(_WEIGHTS):
        raise IdentifierInvalid(
            f"A check character needs the first 17 characters, not {len(first17)}.", "uscc.length"
        )
    _require_alphabet(first17)
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total) % 31]


def organisation_code_check_character(org8: str) -> str:
    """Return the GB 11714 check character of eight: c = 11 - Σ mod 11, where 10 is X and 11 is 0."""
    if len(org8) != len(_INNER_WEIGHTS) or any(c not in _INNER_ALPHABET for c in org8):
        raise IdentifierInvalid(
            "The body of an organisation code is 8 digits or capital letters.", "organisation_code.form"
        )
    total = sum(_INNER_ALPHABET.index(c) * w for c, w in zip(org8, _INNER_WEIGHTS, strict=True))
    return "0X987654321"[total % 11]


def validate_organisation_code(text: str) -> str:
    """Return a nine-character organisation code 组织机构代码 without its hyphen.

    Raises
    ------
    IdentifierInvalid
        Rule ``organisation_code.form`` or ``organisation_code.check_character``.

    Examples
    --------
    >>> validate_organisation_code("60003734-1")
    '600037341'
    """
    code = compact(text).replace("-", "")
    if len(code) != 9:
        raise IdentifierInvalid(
            f"An organisation code has 9 characters, this has {len(code)}.", "organisation_code.form"
        )
    expected = organisation_code_check_character(code[:8])
    if code[8] != expected:
        raise IdentifierInvalid(
            f"{code} is not an organisation code: its last character should be {expected}.",
            "organisation_code.check_character",
        )
    return code


def make_uscc(department_class: str, region6: str, org8: str) -> str:
    """Return the valid code with these parts: both check characters are computed.

    Parameters
    ----------
    department_class, region6, org8 : str
        Two, six and eight characters of `USCC_ALPHABET`.

    Examples
    --------
    >>> make_uscc("91", "110000", "60003734")
    '91110000600037341L'
    """
    first17 = department_class + region6 + org8 + organisation_code_check_character(org8)
    return first17 + uscc_check_character(first17)


def _check_form(code: str) -> None:
    """Refuse what cannot be a code at all, naming the usual accident behind it."""
    if not code:
        raise IdentifierInvalid("The unified social credit code is empty.", "uscc.empty")
    if _SPREADSHEET_FLOAT.fullmatch(code):
        raise _truncated(code)
    if len(code) != 18:
        raise IdentifierInvalid(
            f"A unified social credit code has 18 characters; {code[:40]} has {len(code)}.", "uscc.length"
        )
    if len(set(code[:17])) == 1:
        raise IdentifierInvalid(
            f"{code} is a placeholder, not a code: leave the field empty when the code is unknown.",
            "uscc.placeholder",
        )
    _require_alphabet(code)


def _check_characters(code: str) -> None:
    """Verify the outer, then the inner check character."""
    expected = uscc_check_character(code[:17])
    if code[17] != expected:
        if code.isdigit() and code.endswith("000"):
            raise _truncated(code)
        raise IdentifierInvalid(
            f"{code} fails its check: after these 17 characters comes {expected}. Look for a mistyped character.",
            "uscc.check_character",
        )
    if code[16] != organisation_code_check_character(code[8:16]):
        raise IdentifierInvalid(
            f"{code} holds the organisation code {code[8:17]}, which fails its own check (GB 11714). "
            "Copy the code again from the licence.",
            "uscc.organisation_code",
        )


def _require_alphabet(code: str) -> None:
    wrong = sorted({c for c in code if c not in USCC_ALPHABET})
    if wrong:
        raise IdentifierInvalid(
            f"{code} contains {' '.join(wrong)}: a code is written in digits and capital letters without "
            "I, O, S, V, Z (often 1, 0, 5, U, 2 misread).",
            "uscc.alphabet",
        )


def _truncated(code: str) -> IdentifierInvalid:
    return IdentifierInvalid(
        f"{code} was truncated by a spreadsheet, which keeps 15 digits of a number: "
        "format the column as text and take the codes from the source again.",
        "uscc.spreadsheet_truncation",
    )


def _hints(code: str) -> tuple[Hint, ...]:
    hints = []
    if code[:2] not in DEPARTMENT_CLASSES:
        hints.append(Hint("uscc.department_class", f"Department and class {code[:2]} are not in GB 32100."))
    region = code[2:8]
    if not region.isdigit() or (region[:2] != _NATIONAL and region[:2] not in PROVINCES):
        hints.append(Hint("uscc.region", f"No province has the region code {region}."))
    return tuple(hints)
