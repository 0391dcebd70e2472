"""Signing in: what we change of django-allauth, the second factor, the limits of a session, and its log."""
