"""Files people bring and files the service makes: looked at first, written whole, kept no longer than their row."""
