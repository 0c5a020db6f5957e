"""Documents: files read into plain rows, views written out for people."""
