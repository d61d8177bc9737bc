"""What the load balancing chapter asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.balancing.predictions import PREDICTIONS

__all__ = ["PREDICTIONS"]
