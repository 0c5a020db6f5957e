"""Frozen read models: what services return and screens, commands and documents show. No table, no session, no rule.

Money is whole fen; marks are milli-points (thousandths of a point); sheet totals are micro-points; scores are integers
in the last place of the policy's rounding, always carried with that number of places.
"""
