"""What the networks chapter asks: eight questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.networks.claims import CLAIMS
from coursekit.quizzes.networks.generator import fresh
from coursekit.quizzes.networks.predictions import PREDICTIONS
from coursekit.quizzes.networks.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
