"""What pages about learners show, as words, tags, tables and timelines.

Nothing here queries the database.
"""
