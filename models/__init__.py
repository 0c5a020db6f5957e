"""The committee: what exists, what is allowed, what can be done, what comes out."""
