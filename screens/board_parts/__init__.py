"""The parts of the board: what it reads, what it shows in each phase, and what can be done there."""
