"""Use cases: one verb, one right checked, one transaction, one audit entry."""
