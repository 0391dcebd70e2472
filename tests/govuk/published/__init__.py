"""The published examples' options, turned into what our components are given."""
