"""The parts of the projector: what it says, as lines made for the room there is."""
