"""Work to be done, remembered by the database and woken by Celery.

Ask for work with `enqueue`, do it in a function marked `@handler("kind")` in an app's `tasks.py`. The queue is not a
store: a job is a row written with what asked for it, and the message only says *look now*
(`docs/decisions/0010-jobs-in-the-database.md`).
"""
