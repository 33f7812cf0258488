"""A backup is a zip file that any database Workings runs on can be restored from.

    rows/app.model.jsonl   a row a line, an object of column names and values
    data/name              the secrets of DATA_DIR, without which rows stay encrypted
    manifest.json          format, version, migrations, rows per model, SHA-256 of every other member

Rows are read in one snapshot and written in one transaction: neither a backup nor a restored
database ever holds half of something.
"""
