"""What may be done with imports. Each dataset also needs its own permission."""

from pqip.core.permissions import Permission, register

register(
    Permission(
        "exchange.import_data",
        "Bring files of data in, dataset by dataset as other permissions allow.",
    ),
    Permission("exchange.view_imports", "See one's own imports and what came of them."),
    Permission(
        "exchange.state_recording",
        "State when history was recorded that is loaded from an older system.",
        whole_country=True,
    ),
)
