"""The look of the service: design-system forms, components, layouts and charts. It knows no domain app."""
