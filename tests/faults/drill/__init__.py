"""An app of the drills: work that sleeps, fails and dies. Installed by tests/faults/settings.py only."""
