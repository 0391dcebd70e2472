"""Settings: `pqip.settings` for every process, `pqip.settings.test` for tests."""

from pqip.settings.base import *  # noqa: F403
