"""The rules with one small fault each, on which the tests are tried: `make mutants`."""
