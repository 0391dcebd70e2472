"""Background work: jobs stored in the database, with workers woken through Celery.

`pqip/core/background/` defines how an app requests and does work; this package implements it. The queue is not a store: a
job is a row written together with what requested it, and the message only says *look now*
(`docs/decisions/0010-jobs-in-the-database.md`).
"""
