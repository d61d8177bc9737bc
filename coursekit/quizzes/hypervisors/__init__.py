"""What the hypervisors chapter asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.hypervisors.claims import CLAIMS
from coursekit.quizzes.hypervisors.generator import fresh
from coursekit.quizzes.hypervisors.predictions import PREDICTIONS
from coursekit.quizzes.hypervisors.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
