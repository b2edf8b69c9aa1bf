"""What is wrong with a training run, in words, one file each: pure functions of the run's flight."""

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis, Fix, diagnose, news

__all__ = ["DIAGNOSES", "Diagnosis", "Fix", "diagnose", "news"]
