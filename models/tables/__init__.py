"""SQLModel classes, one file an aggregate; importing `models.tables.all` registers every one of them."""
