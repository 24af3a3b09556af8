"""The one policy module: who may call what, and which data classes he sees. What is not granted is denied."""

from __future__ import annotations

from graph_service.trust.basis import NEVER, Basis, BasisTable, Cell, load_basis
from graph_service.trust.principal import Principal
from schema.access import PERMITTED_ALONE, Audience, Purpose, Role
from schema.errors import AccessDenied, PurposeRequired, Unauthenticated

OPEN = frozenset({Basis.PUBLIC, Basis.DUTY})


class Policy:
    """Answers for one basis matrix; immutable, without I/O, safe to share between threads.

    Parameters
    ----------
    table : BasisTable, optional
        The shipped ``basis.toml`` by default.
    """

    def __init__(self, table: BasisTable | None = None) -> None:
        self._table = table or load_basis()

    @property
    def operations(self) -> frozenset[str]:
        """The closed list of operation names."""
        return frozenset(self._table.operations)

    def authorise(self, principal: Principal, operation: str) -> None:
        """Let an operation pass, or say why not.

        Raises
        ------
        Unauthenticated
            No token, and the operation is not open to the public.
        AccessDenied
            The role may not call the operation, or there is no such operation.
        PurposeRequired
            No purpose was declared, or one that does not go with the role.
        """
        if principal.role not in self._table.operations.get(operation, frozenset()):
            if principal.token_id is None:
                raise Unauthenticated("This operation needs a token: send 'Authorization: Bearer <token>'.")
            raise AccessDenied(f"The role {principal.role} may not call this operation.")
        self._require_purpose(principal)

    def require_known_at(self, principal: Principal) -> None:
        """Let a past ``known_at`` pass, or refuse it.

        Raises
        ------
        AccessDenied
            Everyone but supervisor and auditor is served with today's knowledge.
        """
        if not self.may_use_known_at(principal.role):
            raise AccessDenied(
                "knownAt is for supervisors and auditors. Leave it out to be served with today's knowledge."
            )

    def may_use_known_at(self, role: Role) -> bool:
        """Return whether the role may ask what was known at a past instant."""
        return role in self._table.known_at

    def allowed_purposes(self, role: Role) -> frozenset[Purpose]:
        """Return the purposes the role may declare; empty when none is asked for."""
        return self._table.purposes.get(role, frozenset())

    def cell(self, role: Role, audience: Audience) -> Cell:
        """Return the cell of the matrix, with its purposes and citations; a missing one is ``never``."""
        return self._table.cells.get((role, audience), NEVER)

    def basis(self, role: Role, audience: Audience) -> Basis:
        """Return on which ground the role sees the class."""
        return self.cell(role, audience).basis

    def visible_classes(self, principal: Principal) -> frozenset[Audience]:
        """Return the classes he sees now without anybody's consent: public, and by duty for the declared purpose."""
        return self._classes(principal, OPEN)

    def consent_classes(self, principal: Principal) -> frozenset[Audience]:
        """Return the classes that a subject's live consent would open to him, for that subject and this purpose."""
        return self._classes(principal, frozenset({Basis.CONSENT}))

    def may_know_of(self, principal: Principal, audience: Audience | None) -> bool:
        """Return whether he may learn that rows of a class were refused, or wait for whom he describes (T15).

        Whoever takes deliveries in need not see what they say; that a database is about somebody is for who may see it.
        """
        return audience not in PERMITTED_ALONE or audience in self.visible_classes(principal)

    def own_classes(self, principal: Principal) -> frozenset[Audience]:
        """Return the classes in which he sees the facts that are his own (see ``is_own``)."""
        return self._classes(principal, frozenset({Basis.OWN}))

    def is_own(self, principal: Principal, owner: str | None) -> bool:
        """Return whether a fact of that owner is the caller's own.

        Parameters
        ----------
        owner : str or None
            Party id of the fact's bank (BANK_PRIVATE) or of its subject (the other classes); None is nobody's.
        """
        # A subject owns what is about him; everybody else what belongs to the organisation he acts for.
        identity = principal.subject if principal.role is Role.SUBJECT else principal.org
        return owner is not None and owner == identity

    def region(self, principal: Principal) -> str | None:
        """Return the division-code prefix of the caller's subtree 数据权限按行政区划 (S0-25).

        Empty for the whole country: a role that does not work by region is limited only by a claim. None for nowhere: a
        role that works by region and whose token names none.
        """
        if principal.region is None and principal.role in self._table.region_scoped:
            return None
        return principal.region or ""

    def in_region(self, principal: Principal, region_code: str) -> bool:
        """Return whether a division lies in the caller's subtree.

        Parameters
        ----------
        region_code : str
            Code of 6 to 12 digits, or the first digits of one.
        """
        region = self.region(principal)
        return region is not None and region_code.startswith(region)

    def _classes(self, principal: Principal, bases: frozenset[Basis]) -> frozenset[Audience]:
        cells = {audience: self.cell(principal.role, audience) for audience in Audience}
        return frozenset(
            audience
            for audience, cell in cells.items()
            if cell.basis in bases and (cell.basis is Basis.PUBLIC or principal.purpose in cell.purposes)
        )

    def _require_purpose(self, principal: Principal) -> None:
        allowed = self.allowed_purposes(principal.role)
        if allowed and principal.purpose not in allowed:
            words = ", ".join(sorted(allowed))
            said = (
                "declares no purpose"
                if principal.purpose is None
                else "declares a purpose that does not go with its role"
            )
            raise PurposeRequired(
                f"The request {said}. A {principal.role} sends the header X-Purpose with one of {words}."
            )
