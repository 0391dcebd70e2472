"""Reads the first sheet of a workbook as a person sees it, in one pass over its XML. Only the child process uses this.

Nothing here imports other parts of the project.
"""
