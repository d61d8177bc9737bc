"""What the chapter on file systems asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.filesystems.claims import CLAIMS
from coursekit.quizzes.filesystems.generator import fresh
from coursekit.quizzes.filesystems.predictions import PREDICTIONS
from coursekit.quizzes.filesystems.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
