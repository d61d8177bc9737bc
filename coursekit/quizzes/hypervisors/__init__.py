"""What the hypervisors chapter asks: predictions before each lab."""

from coursekit.quizzes.hypervisors.predictions import PREDICTIONS

__all__ = ["PREDICTIONS"]
