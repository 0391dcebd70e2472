"""Figures: the one place where a metric is computed, from set-based facts; pages, files and forecasts all ask here."""
