"""What the failover chapter asks: eight questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.failover.claims import CLAIMS
from coursekit.quizzes.failover.generator import fresh
from coursekit.quizzes.failover.predictions import PREDICTIONS
from coursekit.quizzes.failover.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
