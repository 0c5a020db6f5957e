"""The parts of the list screen: what its versions say, and what is asked before signing and exporting."""
