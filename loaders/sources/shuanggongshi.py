"""双公示: administrative penalties 行政处罚 (CF_) and permits 行政许可 (XK_), in the format of 2019 or of 2015/16.

One file is read several times: for the parties that are organisations, for those that are natural persons, for the
authorities, and for the decisions. Choices that the format leaves open:

- A party is its credit code, or its identity number (hashed). Without either it is known by the decision alone,
  ``E:<source>:<record>``, with all the codes it was given: a name never joins two parties.
- 罚款 and 没收 are stated in 万元 and kept in fen, exactly.
- 1900-01-01 and 2099-12-31 are no dates; a required one that says 长期 is there all the same.
- A wrong code of an authority costs the link to the authority, not the decision; a party's wrong code refuses the row.
- Severity and domain follow from words (``shuanggongshi.toml``).
- Not collected, because no credit purpose needs them: the legal representative and his papers, and other papers of a
  natural person than the resident identity card.
- A revoked penalty 撤销 is kept with its state and the day of the row's last update, and holds on no day. Of two rows of one
  file about one penalty the one that revokes it counts.
- A decision is published within seven working days 七个工作日: later ones are counted in the load's warnings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from loaders.profile import Profile, Reading, SourceFile, table_files
from loaders.readers.encoding import read_bytes
from loaders.readers.rows import Rows
from loaders.readers.tabular import read_rows
from loaders.sources import shuanggongshi_words as said
from loaders.sources.overtaken import without_overtaken
from loaders.sources.shuanggongshi_layout import Layout, layout_of
from loaders.sources.shuanggongshi_remarks import remarks
from schema.access import Audience
from schema.errors import FileRefused, InputError
from schema.fields import text
from schema.kinds import KINDS
from schema.nodes import NODES, PARTY
from schema.records import Column, EdgeRule, Kind, NodeRule, Ref, columns_of

SOURCE = "shuanggongshi"
_CODES = ("XDR_SHXYM", "XDR_GSZC", "XDR_ZZJG", "XDR_SWDJ", "XDR_SYDW", "XDR_SHZZ")
_PERSON = ("XDR_LB", "XDR_ZJLX", "XDR_ZJHM")
_NATURAL = ("XDR_LB", "XDR_ZJHM", *_CODES)
_ENTITY_KINDS = KINDS["enterprises"].node.kind_labels if KINDS["enterprises"].node else {}

_PARTIES = Kind(
    "shuanggongshi_parties",
    "行政相对人",
    Audience.PUBLIC,
    (
        *columns_of(
            [NODES["LegalEntity"].field(name) for name in ("uscc", "name", "reg_no", "other_codes")], "name"
        ),
        Column(text("entity_kind", "主体类型", *_ENTITY_KINDS)),
    ),
    node=NodeRule(
        "LegalEntity",
        ("uscc", "record_id"),
        ("uscc", "name", "reg_no", "other_codes"),
        (),
        "entity_kind",
        _ENTITY_KINDS,
    ),
)
_AUTHORITIES = Kind(
    "shuanggongshi_authorities",
    "作出机关",
    Audience.PUBLIC,
    columns_of([NODES["LegalEntity"].field(name) for name in ("uscc", "name")], "uscc", "name"),
    node=NodeRule("LegalEntity", ("uscc",), ("uscc", "name"), ("Agency",)),
)


@dataclass(frozen=True)
class _Family:
    """What distinguishes penalties from permits: label, what decides, and which of our fields say what."""

    label: str
    authority: str
    needed: tuple[str, ...]
    fields: Callable[[Layout], dict[str, Reading]]
    withdrawn: tuple[str, str] = ("", "")


def files(path: Path, source: str = SOURCE) -> list[SourceFile]:
    """Return what is read of a 双公示 file, or of every table of a directory, in loading order.

    Raises
    ------
    FileRefused
        When there is none, or one is of neither family.
    """
    del source  # references are written without it: the resolver puts it in
    paths = list(table_files(path).values()) if path.is_dir() else [path]
    if not paths:
        raise FileRefused(f"{path} holds no table: 双公示 comes as CSV or a workbook.")
    laid = [(file, layout_of(read_rows(read_bytes(file), file.name).header, file.name)) for file in paths]
    return [one for file, layout in laid for one in _readings(file, layout)]


def _readings(path: Path, layout: Layout) -> list[SourceFile]:
    parts = [
        ("parties", _party_profile(layout), _organisations),
        ("persons", _person_profile(layout), _persons),
        ("authorities", _authority_profile(layout), _authorities),
        ("", _decision_profile(layout), _all),
    ]
    return [
        SourceFile(
            path,
            profile.dataset,
            profile,
            reader=partial(_read, layout, choose),
            remark=None if part else partial(remarks, layout.prefix, _FAMILIES[layout.family].authority),
        )
        for part, profile, choose in parts
    ]


def _read(layout: Layout, choose: Callable[[Layout, Rows], Sequence[int]], content: bytes, name: str) -> Rows:
    rows = layout.rows(read_rows(content, name))
    if any(layout.prefix + column not in rows.header for column in layout.required):
        return rows  # which the profile refuses, with the columns that are missing
    return _counting(layout, rows) if choose is _all else rows.only(choose(layout, rows))


def _counting(layout: Layout, rows: Rows) -> Rows:
    """Return the decisions; of one that a row of the file revokes, this row counts."""
    if layout.family != "penalty":
        return rows
    cells = zip(*(rows.column(c) for c in (*_record(layout), *_columns(layout, "ZT", "SJC"))), strict=True)
    found = (
        (said.record_of(*record), said.is_revoked(layout.older, word), at) for *record, word, at in cells
    )
    told = ((record, revoked, (revoked, at)) for record, revoked, at in found)
    return without_overtaken(rows, told, layout.prefix + "ZT")


# which rows -----------------------------------------------------------------------------------------------------------
def _all(_: Layout, rows: Rows) -> Sequence[int]:
    return range(len(rows))


def _persons(layout: Layout, rows: Rows) -> Sequence[int]:
    cells = zip(*(rows.column(layout.prefix + c) for c in _NATURAL), strict=True)
    return [i for i, row in enumerate(cells) if _is_person(*row)]


def _organisations(layout: Layout, rows: Rows) -> Sequence[int]:
    """Everybody else: also a party of an unknown category, whose row says so."""
    return sorted({*range(len(rows))} - {*_persons(layout, rows)})


def _is_person(*cells: str) -> bool:
    try:
        return said.natural(*cells)
    except InputError:
        return False


def _authorities(layout: Layout, rows: Rows) -> Sequence[int]:
    """One row for each authority whose code is right; what else it is called stays on its decisions."""
    codes = rows.column(layout.prefix + _FAMILIES[layout.family].authority + "DM") if not layout.older else []
    first: dict[str, int] = {}
    for i, code in enumerate(codes):
        first.setdefault(said.agency_code(code), i)
    return sorted(i for code, i in first.items() if code)


# what they say --------------------------------------------------------------------------------------------------------
def _profile(layout: Layout, part: str, kind: Kind, readings: dict[str, Reading]) -> Profile:
    known = frozenset(layout.prefix + column for column in layout.columns)
    return Profile(f"{SOURCE}_{layout.family}{part}", kind, readings, known)


def _columns(layout: Layout, *names: str) -> tuple[str, ...]:
    return tuple(layout.prefix + name for name in names)


def _record(layout: Layout) -> tuple[str, ...]:
    return _columns(layout, "WSH", _FAMILIES[layout.family].authority, "XDR_MC", *_CODES)


def _party_profile(layout: Layout) -> Profile:
    readings = {
        "record_id": Reading((*_record(layout), *_columns(layout, "XDR_LB")), _party_record),
        "uscc": Reading(_columns(layout, "XDR_SHXYM"), said.credit_code),
        "name": Reading(_columns(layout, "XDR_MC"), said.given),
        "reg_no": Reading(_columns(layout, "XDR_GSZC"), said.given),
        "other_codes": Reading(_columns(layout, *_CODES[2:]), said.other_codes),
        "entity_kind": Reading(_columns(layout, "XDR_LB", "XDR_SHXYM"), said.entity_kind),
    }
    return _profile(layout, "_parties", _PARTIES, readings)


def _person_profile(layout: Layout) -> Profile:
    readings = {
        "record_id": Reading(_record(layout), said.record_of),
        "name": Reading(_columns(layout, "XDR_MC"), said.given),
        "identity_number": Reading(_columns(layout, *_PERSON[1:]), said.identity_number),
    }
    return _profile(layout, "_persons", KINDS["persons"], readings)


def _authority_profile(layout: Layout) -> Profile:
    authority = _FAMILIES[layout.family].authority
    code = _columns(layout, authority if layout.older else authority + "DM")
    readings = {
        "record_id": Reading(code, said.agency_code),
        "uscc": Reading(code, said.agency_code),
        "name": Reading(_columns(layout, authority)),
    }
    return _profile(layout, "_authorities", _AUTHORITIES, readings)


def _decision_profile(layout: Layout) -> Profile:
    family = _FAMILIES[layout.family]
    checked = [c for c in layout.required if c not in family.needed]
    checks = {c.lower(): Reading(_columns(layout, c), said.stated) for c in checked}
    readings = {
        "record_id": Reading(_record(layout), said.record_of),
        "valid_from": Reading(_columns(layout, "JDRQ"), said.given),
        "party": Reading((*_record(layout), *_columns(layout, *_PERSON)), _party),
        **family.fields(layout),
        **checks,
    }
    if not layout.older:
        readings["authority_code"] = Reading(_columns(layout, family.authority + "DM"), said.agency_code)
    return _profile(layout, "", _decision_kind(family, tuple(checks)), readings)


def _decision_kind(family: _Family, checks: tuple[str, ...]) -> Kind:
    """The record of a decision; what its format requires and the graph does not keep is asked for all the same."""
    node = NODES[family.label]
    required = tuple(name for name in ("document_no", "decided_on", "severity") if name in node.field_names)
    return Kind(
        f"{SOURCE}_{family.label.lower()}",
        node.zh,
        Audience.PUBLIC,
        (*columns_of(node.fields, *required), *(Column(text(c, c), required=True) for c in checks)),
        (Ref("party", PARTY, "行政相对人"), Ref("authority_code", ("LegalEntity",), "作出机关", False, True)),
        NodeRule(family.label, ("record_id",), node.field_names),
        (EdgeRule("SUBJECT_OF", "party", ""), EdgeRule("IMPOSED_BY", "", "authority_code")),
        withdrawn=family.withdrawn,
    )


def _penalty(layout: Layout) -> dict[str, Reading]:
    columns = partial(_columns, layout)
    return {
        "document_no": Reading(columns("WSH"), said.given),
        "category": Reading(columns("CFLB"), said.given),
        "severity": Reading(columns("CFLB", "CFLB2"), said.severity),
        "domain": Reading(columns("WFXW", "SY", "YJ", "CFJG"), said.domain),
        "decided_on": Reading(columns("JDRQ"), said.given),
        "amount_fen": Reading(columns("NR_FK"), said.fen_of_wan),
        "confiscated_fen": Reading(columns("NR_WFFF"), said.fen_of_wan),
        "authority": Reading(columns("CFJG"), said.given),
        "expires_on": Reading(columns("YXQ"), said.given),
        "published_until": Reading(columns("GSJZQ"), said.given),
        "status": Reading(columns("ZT"), partial(said.revoked, layout.older)),
        "revoked_on": Reading(columns("ZT", "SJC"), partial(said.revoked_on, layout.older)),
    }


def _permit(layout: Layout) -> dict[str, Reading]:
    columns = partial(_columns, layout)
    return {
        "document_no": Reading(columns("WSH"), said.given),
        "certificate_no": Reading(columns("XKBH"), said.given),
        "category": Reading(columns("XKLB"), said.given),
        "content": Reading(columns("NR"), said.given),
        "decided_on": Reading(columns("JDRQ"), said.given),
        "effective_on": Reading(columns("YXQZ"), said.given),
        "expires_on": Reading(columns("YXQZI"), said.given),
        "authority": Reading(columns("XKJG"), said.given),
        "status": Reading(columns("ZT"), partial(said.status, layout.older)),
    }


_FAMILIES = {
    "penalty": _Family("Penalty", "CFJG", ("WSH", "JDRQ", "XDR_MC"), _penalty, ("status", "revoked_on")),
    "permit": _Family("Permit", "XKJG", ("WSH", "JDRQ", "XDR_MC"), _permit),
}


def _party_record(*cells: str) -> str:
    """A party with a code is its own record, so that a second decision about it says nothing new."""
    *decision, _ = cells
    return said.credit_code(decision[3]) or said.record_of(*decision)


def _party(*cells: str) -> str:
    """Return the reference to a party."""
    *decision, category, document, number = cells
    if said.natural(category, number, *decision[3:]):
        return "P:" + (said.identity_number(document, number) or said.record_of(*decision))
    return "E:" + (said.credit_code(decision[3]) or said.record_of(*decision))
