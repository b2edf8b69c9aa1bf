"""What is asked of the network: the kind of answer, and how its raw outputs become that answer."""

from nnapp.tasks.spec import OUTPUT, AnomalySpec, Answers, ForecastSpec, OutputSpec, TaskKind, TaskSpec

__all__ = ["OUTPUT", "AnomalySpec", "Answers", "ForecastSpec", "OutputSpec", "TaskKind", "TaskSpec"]
