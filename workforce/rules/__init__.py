"""Pure rules of posts and absences; no database."""
