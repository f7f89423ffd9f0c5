"""Copies of an installation, and bringing one back: the keys apart from everything else.

    making      two folders: the data (tables encrypted, the vault's files as they are), and the keys
    opening     is a backup whole, does the master key fit, is the place free? nothing is written before
    restoring   both, and the master key, onto a fresh machine; what was destroyed is destroyed again
    tables      a database as one stream of bytes and back, SQLite and PostgreSQL
    manifest    what a folder of a backup holds, and whether it is all there

The folder with the data says nothing to whoever has not the folder with the keys and the master key; the master key is
in neither. What was destroyed after the data was copied stays destroyed: the list of the dead lies with the keys.
"""
