"""The first sheet of a workbook as a person sees it, read in one passage over its XML. Only the child process uses this.

Stands alone: nothing here imports the project.
"""
