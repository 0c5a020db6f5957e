"""Parts of the expert's desk: what it reads, its lines, the marks' way to the record, and what follows the reveal."""
