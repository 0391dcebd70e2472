"""What pages of the workforce show, as frozen values. Nothing here queries the database."""
