"""Disclosure control: hides counts of people from 1 to one less than the threshold, and counts from which they could be
worked out.

- `marks.py`: which counts are small, and how a hidden one is written.
- `families.py`: counts of one row that add up to one another. `units.py`: a region and its units. `curves.py`: estimates over
  time. `listing.py`: rows within blocks. `outcomes.py`: breakdowns of starters. `declared.py`: equality answers.
"""
