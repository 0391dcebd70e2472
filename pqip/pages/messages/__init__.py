"""Pages of e-mails that need a person."""
