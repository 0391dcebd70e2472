"""What may be done with people, places, accounts and staffing."""

from pqip.core.permissions import Permission, register

register(
    Permission("workforce.view_person", "See staff: name, staff number, grade and post."),
    Permission(
        "workforce.manage_people",
        "Add people; record what they are called, their posts, absences and entries in the professional register.",
    ),
    Permission(
        "workforce.merge_people",
        "Merge two records of one person into one, and undo it. For the whole country only.",
    ),
    Permission("workforce.import_staff", "Import staff and their posts from a file."),
    Permission("workforce.view_equality", "See equality answers and figures broken down by them."),
    Permission("workforce.change_equality", "Record equality answers, on screen or from a file."),
    Permission("workforce.view_staffing", "See staffing targets and returns."),
    Permission("workforce.import_staffing", "Import staffing targets and returns."),
    Permission(
        "workforce.manage_accounts", "Invite people, give and end roles, switch accounts off."
    ),
    Permission(
        "workforce.manage_reference",
        "Edit reference data and load new versions of it.",
        whole_country=True,
    ),
    Permission(
        "workforce.open_region",
        "Open a region, once: from then on its record is kept here.",
        whole_country=True,
    ),
    Permission(
        "workforce.view_access_log",
        "See who viewed, exported and downloaded what: logs, not content.",
    ),
    Permission(
        "workforce.allow_export",
        "Allow somebody else, for a day, more rows in files about people than their roles do.",
        whole_country=True,
    ),
    Permission("workforce.view_history", "See who changed a record, when, and what it was before."),
)
