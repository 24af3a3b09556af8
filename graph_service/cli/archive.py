"""Graph, raw files and keys of a service, as the commands about earlier deliveries need them."""

from __future__ import annotations

from graph_service.service import Service
from loaders import Keys, Vault
from loaders.replay import Archive


def archive_of(service: Service) -> Archive:
    """Return what replay, sweep and erase work with."""
    vault = Vault(service.settings.data_dir / "vault", service.keys.vault.material)
    return Archive(service.store, vault, Keys(service.keys.identity.material))
