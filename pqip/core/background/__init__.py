"""The contract of background work: how an app declares, requests and schedules it.

An app declares handlers (`registry.py`), enqueues work (`queue.py`), registers schedules (`schedules.py`, `calendar.py`)
and reports that a job cannot go on (`errors.py`). `pqip.jobs` implements the queue and runs the work; nothing here depends
on how.
"""
