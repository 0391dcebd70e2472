"""Pure rules of posts, absences, staff numbers and the register; no database."""
