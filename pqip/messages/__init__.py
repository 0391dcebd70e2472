"""E-mail: what was sent to whom, in which words, delivered or not.

Labelled `post` inside Django, because Django's own message framework has the label `messages`.
"""
