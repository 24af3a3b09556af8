"""What a declaration of a key label holds, and what every node carries."""

from __future__ import annotations

from dataclasses import dataclass

from schema.access import Audience
from schema.fields import Field, flag, integer, text


@dataclass(frozen=True)
class NodeType:
    """A key label with its properties.

    Parameters
    ----------
    label : str
        The key label (PascalCase).
    zh : str
        The Chinese term.
    audience : Audience
        The class of such a node where its source says nothing else.
    fields : tuple of Field
        Declared properties, beside ``NODE_COMMON``.
    kinds : tuple of str
        Kind labels such a node may also carry.
    id_form : str
        How its ``id`` is built.
    about_parties : bool
        Whether it is a record about particular parties, hidden with them.
    """

    label: str
    zh: str
    audience: Audience
    fields: tuple[Field, ...]
    kinds: tuple[str, ...] = ()
    id_form: str = "<source>:<record>"
    about_parties: bool = False

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of the declared properties, in order."""
        return tuple(f.name for f in self.fields)

    def field(self, name: str) -> Field:
        """Return one declared property; KeyError when there is none of that name."""
        return {f.name: f for f in self.fields}[name]


NODE_COMMON = (
    text("id", "标识", doc="the key; never rewritten"),
    text("audience", "数据类别", *(a.value for a in Audience)),
    text("bank", "所属银行", doc="whose it is, when the class is BANK_PRIVATE: the bank's node id"),
    integer("run", "批次", doc="number of the run that wrote the first row"),
    integer("line", "行号", doc="line of that row in its file, the header being line 1"),
    flag("versioned", "多版本", doc="true when Records hold its rows and the properties are their cache"),
)
