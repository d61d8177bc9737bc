"""What the last chapter asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.datacentre.claims import CLAIMS
from coursekit.quizzes.datacentre.generator import fresh
from coursekit.quizzes.datacentre.predictions import PREDICTIONS
from coursekit.quizzes.datacentre.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
