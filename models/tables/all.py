"""Every table, so that the metadata is whole."""

from sqlmodel import SQLModel

from models.tables import (
    applications,
    audit,
    awards,
    batches,
    calendar,
    conflicts,
    deliberation,
    desks,
    keying,
    meetings,
    office,
    policies,
    publicity,
    quotas,
    scores,
    sealing,
)

AGGREGATES = (
    policies,
    office,
    batches,
    calendar,
    applications,
    meetings,
    desks,
    conflicts,
    scores,
    keying,
    sealing,
    deliberation,
    quotas,
    publicity,
    awards,
    audit,
)
metadata = SQLModel.metadata
