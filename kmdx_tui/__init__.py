"""The shell: puts the parts together and opens the door."""
