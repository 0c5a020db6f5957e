"""The command line: one file a family of commands, each a thin way to the services and queries the screens use."""
