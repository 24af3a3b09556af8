"""The catalogue of canonical kinds, in the order in which a delivery is loaded: nodes before what points at them."""

from schema.kinds.banking import BANKING
from schema.kinds.credit import CREDIT
from schema.kinds.departments import DEPARTMENTS
from schema.kinds.ownership import OWNERSHIP
from schema.kinds.parties import PARTIES
from schema.kinds.supervision import SUPERVISION
from schema.kinds.trade import TRADE
from schema.records import Kind

KINDS: dict[str, Kind] = {
    k.name: k for k in (*PARTIES, *OWNERSHIP, *TRADE, *CREDIT, *SUPERVISION, *DEPARTMENTS, *BANKING)
}
