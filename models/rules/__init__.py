"""Rules of the committee: pure functions of values. They know no table, no clock and no language."""
