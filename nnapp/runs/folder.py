"""Run: a handle on `runs/<run>`. It keeps nothing in memory, so that any process may hold one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnapp.errors import RunError
from nnapp.files import publish_text, safe_join
from nnapp.runs.jobs import Job, JobSpec, create_folder, folders
from nnapp.runs.lines import whole_lines
from nnapp.runs.status import FINAL, Status
from nnapp.runs.work import Work

if TYPE_CHECKING:
    from nnapp.data.dataset import DataSpec
    from nnapp.runs.spec import RunSpec
    from nnapp.tasks import TaskSpec
    from nnapp.training.records import Metric
    from nnapp.training.steering import Steering


class Run(Work):
    """One run: what was asked, where it stands, what came of it.

    Everything is read afresh from the folder; a file that is not there yet is None.
    """

    kind = "train"

    @property
    def spec(self) -> RunSpec:
        """What was asked, enough to repeat it."""
        from nnapp.runs.spec import RunSpec

        return RunSpec.from_json((self.folder / "spec.json").read_bytes())

    @property
    def name(self) -> str:
        """What a person calls it; the id where nobody has named it."""
        changed = self.folder / "name.txt"
        if changed.exists():
            return changed.read_text(encoding="utf-8")
        asked = self.read_json("spec.json") or {}
        return str(asked.get("name") or self.id)

    def rename(self, name: str) -> None:
        """Call it otherwise; the spec stays as it was."""
        if not 0 < len(name.strip()) <= 200:
            raise RunError("A run's name has between 1 and 200 characters.", remedy="Choose a shorter name.")
        self.must_exist()
        publish_text(self.folder / "name.txt", name.strip())

    @property
    def home(self) -> Path:
        """The store's folder."""
        return self.folder.parent.parent

    @property
    def task(self) -> TaskSpec | None:
        """The question, known once the data is prepared."""
        from nnapp.tasks import TaskSpec

        found = self.read_json("task.json")
        return None if found is None else TaskSpec.parse(found)

    @property
    def data(self) -> DataSpec | None:
        """The network's inputs, known once the data is prepared."""
        from nnapp.data.dataset import DataSpec

        found = self.read_json("data.json")
        return None if found is None else DataSpec.parse(found)

    @property
    def preprocessing(self) -> dict[str, Any] | None:
        """How raw cells or pictures become arrays, as every bundle carries it."""
        found = self.read_json("preprocessing.json")
        return found if isinstance(found, dict) else None

    @property
    def exports(self) -> dict[str, dict[str, Any]]:
        """What has been exported: each `Export` as JSON, by format."""
        found = {name.stem: self.read_json(f"exports/{name.name}") for name in sorted((self.folder / "exports").glob("*.json"))}
        return {format_name: export for format_name, export in found.items() if isinstance(export, dict)}

    @property
    def card(self) -> str | None:
        """The model card in Markdown."""
        path = self.folder / "card.md"
        return path.read_text(encoding="utf-8") if path.exists() else None

    def metrics(self, offset: int = 0) -> tuple[list[Metric], int]:
        """The metrics from a byte offset on, and the offset for next time.

        A run that goes on from a checkpoint first removes the lines later than it; the file is then
        replaced, and an offset beyond its end starts anew (the caller sees it by the smaller offset).
        """
        from nnapp.training.records import Metric

        values, end = whole_lines(self.folder / "metrics.jsonl", offset)
        return [Metric.parse(value) for value in values], end

    def steer(self, steering: Steering) -> Status:
        """Ask for other settings from here on (`nnapp.runs.steer`)."""
        from nnapp.runs.steer import steer

        return steer(self, steering)

    def ask(self, kind: str, **arguments: Any) -> Job:
        """Put a job for this run into the queue; a launcher then sees that it is done.

        Raises:
            RunError: If there is no trained network yet.
        """
        status = self.status
        if status.state not in FINAL or not (self.folder / "model.keras").exists():
            raise RunError(f"Run {self.id} is {status.state} and has no trained network.", remedy="Wait until it has finished, or start another.")
        spec = JobSpec(kind=kind, arguments=arguments)
        return Job(create_folder(self.folder / "jobs", {"spec.json": spec.model_dump()}))

    def jobs(self) -> list[Job]:
        """All that was asked of it, oldest first."""
        return [Job(self.folder / "jobs" / name) for name in folders(self.folder / "jobs")]

    def job(self, job_id: str) -> Job:
        """A job by its id."""
        found = Job(safe_join(self.folder / "jobs", job_id))
        if not found.status_file.exists():
            raise RunError(f"Run {self.id} has no job {job_id!r}.", remedy="Ask for it again.")
        return found
