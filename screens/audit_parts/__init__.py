"""The parts of the audit screen: what an entry and a verification say."""
