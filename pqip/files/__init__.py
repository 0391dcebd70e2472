"""Files that users bring and files that the service makes: inspected, written atomically, and kept no longer than their
row.
"""
