"""What the Kubernetes chapter asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.kubernetes.claims import CLAIMS
from coursekit.quizzes.kubernetes.generator import fresh
from coursekit.quizzes.kubernetes.predictions import PREDICTIONS
from coursekit.quizzes.kubernetes.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
