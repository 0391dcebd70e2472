"""The pages of the ground floor, and what every page of the service is built from.

`generic.py` has the pages that others extend (docs/pages.md shows how), `amending.py` those that undo or correct a fact,
`sheets.py` work on many records at once, `lists.py` a page's list as a file. `middleware.py` and `sending.py` process every
request. Each folder holds the pages of the app with its name. Those apps do not know one another; a page may use them all.
"""
