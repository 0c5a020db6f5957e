"""The parts of the publicity screen: what its notices and objections say, and what its questions ask."""
