"""Signing in: changes to django-allauth, the second factor, the limits of a session, and the
security log.
"""
