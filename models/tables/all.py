"""Every table, so that the metadata is whole."""

from sqlmodel import SQLModel

from models.tables import (
    applications,
    audit,
    awards,
    batches,
    calendar,
    deliberation,
    meetings,
    office,
    policies,
    publicity,
    quotas,
    scores,
)

AGGREGATES = (
    policies,
    office,
    batches,
    calendar,
    applications,
    meetings,
    scores,
    deliberation,
    quotas,
    publicity,
    awards,
    audit,
)
metadata = SQLModel.metadata
