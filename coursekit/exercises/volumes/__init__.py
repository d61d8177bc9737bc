"""Exercises of the volumes chapter: read a GPT."""

from coursekit.exercises.volumes.gptparse import GPT

__all__ = ["EXERCISES"]

EXERCISES = (GPT,)
