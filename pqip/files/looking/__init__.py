"""Looking into files that nobody should trust. Stands alone, as it is used in child processes: no project, no network."""
