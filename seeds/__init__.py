"""Policies and sample data that come with the program."""
