"""What pages of the workforce show, as frozen values; nothing here asks the database."""
