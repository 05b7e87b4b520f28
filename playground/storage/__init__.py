"""Floor 1: SQLite. One writer, readers, migrations from `.sql` files, SQL in named blocks.

`database.py` opens the files, `writer.py` groups commits, `journal.py` is the log of workflow instances.
The first migration opens with the essay on tables, flow and guarantees.
"""
