"""The synthetic village behind a service, for tests of use-cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from graph_service.asking import Question
from graph_service.service import Service, open_service
from graph_service.settings import read_settings
from graph_service.trust.principal import Principal
from graph_service.use_cases.lending import EligibilityAnswer, chain_credit_eligibility
from loaders import Keys, LoadRequest, Vault, load
from loaders.city import CityManifest, CitySpec, write_city
from schema.access import Purpose, Role

T = TypeVar("T")


@dataclass(frozen=True)
class Village:
    """A service over a loaded village."""

    service: Service
    manifest: CityManifest
    folder: Path

    def id(self, case: str) -> str:
        return self.manifest.cases[case].graph_id or self.keys.person_id(self.manifest.cases[case].id)

    @property
    def keys(self) -> Keys:
        return Keys(self.service.keys.identity.material)

    def ask(self, who: Principal, operation: str, use_case: Callable[..., T], *args: Any) -> T:
        question = Question(who, self.manifest.spec.as_of)
        return self.service.answer(question, operation, {}, lambda asking: use_case(asking, *args))

    def load(self, request: LoadRequest | None = None) -> bool:
        day = self.manifest.spec.as_of
        request = request or LoadRequest("canonical", self.folder, source="city", as_of=day)
        vault = Vault(self.service.settings.data_dir / "raw", self.service.keys.vault.material)
        return load(self.service.store, request, vault, self.keys).changed

    def lender(self, bank: str = "bank", purpose: Purpose = Purpose.LENDING) -> Principal:
        return Principal(Role.LENDER, org=self.id(bank), purpose=purpose, token_id="t")

    def subject(self, case: str) -> Principal:
        return Principal(Role.SUBJECT, subject=self.id(case), purpose=Purpose.SUBJECT_ACCESS, token_id="t")

    def eligibility(self, case: str, who: Principal | None = None) -> EligibilityAnswer:
        wanted = (self.id("programme"), self.id(case))
        return self.ask(who or self.lender(), "chainCreditEligibility", chain_credit_eligibility, *wanted)


@contextmanager
def loaded_village(store_url: str, folder: Path) -> Iterator[Village]:
    """Load the village into an empty store."""
    manifest = write_city(folder / "city", CitySpec.village(), 7)
    service = open_service(read_settings(store=store_url, data_dir=folder / "data"), "test")
    try:
        village = Village(service, manifest, folder / "city")
        assert village.load()
        yield village
    finally:
        service.close()
