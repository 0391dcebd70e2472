"""Inspects untrusted files.

It runs in child processes and so depends on nothing else in the project and uses no network.
"""
