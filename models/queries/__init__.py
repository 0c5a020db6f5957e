"""Reads: database to views. Plain SQL, so that the first desk is on screen before SQLModel is loaded."""
