"""What the RAID chapter asks: eight questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.raid.claims import CLAIMS
from coursekit.quizzes.raid.generator import fresh
from coursekit.quizzes.raid.predictions import PREDICTIONS
from coursekit.quizzes.raid.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
