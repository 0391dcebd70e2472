"""Disclosure control: counts of people from 1 to one less than the threshold are hidden, and what would give them away."""
