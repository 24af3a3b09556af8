"""Records in: read, clean, validate, quarantine, upsert, reconcile, ledger. Blind to stores and algorithms."""

from loaders.identity.keys import Keys
from loaders.pipeline import load
from loaders.request import FileReport, LoadReport, LoadRequest, Progress, silent
from loaders.sources.canonical import template
from loaders.vault import Vault

__all__ = [
    "FileReport",
    "Keys",
    "LoadReport",
    "LoadRequest",
    "Progress",
    "Vault",
    "load",
    "silent",
    "template",
]
