"""What the VM files chapter asks: questions, fresh ones by seed, predictions, claims."""

from coursekit.quizzes.vmfiles.claims import CLAIMS
from coursekit.quizzes.vmfiles.generator import fresh
from coursekit.quizzes.vmfiles.predictions import PREDICTIONS
from coursekit.quizzes.vmfiles.questions import QUESTIONS

__all__ = ["CLAIMS", "PREDICTIONS", "QUESTIONS", "fresh"]
