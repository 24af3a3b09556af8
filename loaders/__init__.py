"""Records in: read, clean, validate, quarantine, upsert, reconcile, ledger."""
