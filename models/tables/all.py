"""Every table, so that the metadata is whole."""

from sqlmodel import SQLModel

from models.tables import (
    applications,
    audit,
    awards,
    batches,
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
