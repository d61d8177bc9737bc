"""What the chapter on directory services asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.directory.claims import CLAIMS
from coursekit.quizzes.directory.generator import fresh
from coursekit.quizzes.directory.predictions import PREDICTIONS
from coursekit.quizzes.directory.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
