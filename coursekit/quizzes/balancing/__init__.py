"""What the load balancing chapter asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.balancing.claims import CLAIMS
from coursekit.quizzes.balancing.generator import fresh
from coursekit.quizzes.balancing.predictions import PREDICTIONS
from coursekit.quizzes.balancing.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
