"""The look of the service: design-system forms, components, layouts and charts. Knows no domain app."""
