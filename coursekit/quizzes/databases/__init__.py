"""What the chapter on databases asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.databases.claims import CLAIMS
from coursekit.quizzes.databases.generator import fresh
from coursekit.quizzes.databases.predictions import PREDICTIONS
from coursekit.quizzes.databases.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
