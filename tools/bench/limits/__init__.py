"""The same answers got with no framework."""
