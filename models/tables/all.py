"""Every table, so that the metadata is whole."""

from sqlmodel import SQLModel

from models.tables import (
    applications,
    audit,
    awards,
    batches,
    calendar,
    deliberation,
    desks,
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
    scores,
    sealing,
    deliberation,
    quotas,
    publicity,
    awards,
    audit,
)
metadata = SQLModel.metadata
