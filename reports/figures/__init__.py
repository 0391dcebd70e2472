"""Figures: the one place where each metric is computed, from set-based facts.

Pages, files and forecasts all use these functions.
"""
