"""What every test relies on: its own progress file, and English."""

import pytest
from hypothesis import HealthCheck, settings

from coursekit import i18n

# A test never fails for being slow: another program may have had the machine.
settings.register_profile("course", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("course")


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """No test ever touches a learner's file."""
    monkeypatch.setenv("COURSEKIT_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


@pytest.fixture(autouse=True)
def in_english():
    """Each test begins in English, whatever the last one did."""
    i18n.use_language("en")
    yield
    i18n.use_language("en")
