"""The parts of the quotas screen: the draft, and what stands in its lines."""
