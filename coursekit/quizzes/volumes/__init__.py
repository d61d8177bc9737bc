"""What the chapter on partitions and LVM asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.volumes.claims import CLAIMS
from coursekit.quizzes.volumes.generator import fresh
from coursekit.quizzes.volumes.predictions import PREDICTIONS
from coursekit.quizzes.volumes.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
