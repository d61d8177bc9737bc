"""What the containers chapter asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.containers.claims import CLAIMS
from coursekit.quizzes.containers.generator import fresh
from coursekit.quizzes.containers.predictions import PREDICTIONS
from coursekit.quizzes.containers.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
