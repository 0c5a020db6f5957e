"""Parts of the roster: what it stands on, taking files in, the meeting's own list, and recusals."""
