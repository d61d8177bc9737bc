"""What the chapter on network storage asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.netstorage.claims import CLAIMS
from coursekit.quizzes.netstorage.generator import fresh
from coursekit.quizzes.netstorage.predictions import PREDICTIONS
from coursekit.quizzes.netstorage.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
