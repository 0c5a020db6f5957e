"""The measure as data: what a policy file says, loaded, checked and printed."""
