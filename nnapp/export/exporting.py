"""Make files, run them, and write their passports."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from nnapp.architectures import ARCHITECTURES
from nnapp.errors import ExportError, NnappError
from nnapp.export.base import EXPORTERS, Converted, Exporting, Packed
from nnapp.export.job import Conversion, ConversionJob, save_arrays
from nnapp.export.parity import judged
from nnapp.export.process import convert
from nnapp.export.representative import representative
from nnapp.export.spec import Export
from nnapp.files import DRAFT_PREFIX, publish, publish_text

SECONDS = 300
"""Time limit of one conversion."""


def export(exporting: Exporting, name: str, *, inside: str | None = None, seconds: int = SECONDS) -> Export:
    """Make one file, and run it on the whole test part before it is offered.

    Args:
        exporting: The trained network.
        name: A format of `EXPORTERS`.
        inside: For a packed format: the format that it holds, when not its usual one.
        seconds: Time limit of the conversion.

    Returns:
        Its passport, also kept as `<format>.json` beside the file.

    Raises:
        SpecError: There is no such format.
        ExportError: The network has no such form, or the conversion died.
    """
    exporter = EXPORTERS[name]()
    if isinstance(exporter, Packed):
        return _packed(exporting, name, exporter, _inner(exporting, inside or exporter.inside, seconds))
    outcome = export_all(exporting, (name,), seconds=seconds)[name]
    if isinstance(outcome, NnappError):
        raise outcome
    return outcome


def export_all(exporting: Exporting, names: Sequence[str], *, seconds: int = SECONDS) -> dict[str, Export | NnappError]:
    """Make several files with one start of Keras; one that fails does not stop the others.

    Returns:
        By format, in the order asked: the passport, or why there is no file.
    """
    parts = {name: EXPORTERS[name]() for name in names}
    done: dict[str, Export | NnappError] = {}
    conversions = tuple(name for name, part in parts.items() if isinstance(part, Converted))
    if conversions:
        done |= _converted(exporting, conversions, seconds)
    for name, part in parts.items():
        if isinstance(part, Packed):
            try:
                inner = done.get(part.inside) or _inner(exporting, part.inside, seconds)
                done[name] = inner if isinstance(inner, NnappError) else _packed(exporting, name, part, inner)
            except NnappError as error:
                done[name] = error
    return {name: done[name] for name in names}


def finished_exports(folder: Path) -> dict[str, Export]:
    """Passports of the files that lie in `folder`, by format in menu order, with paths as they are now."""
    found = {}
    for name in sorted(EXPORTERS, key=lambda name: EXPORTERS[name].rank):
        passport, file = folder / f"{name}.json", folder / EXPORTERS[name].file
        if passport.is_file() and file.is_file():
            found[name] = Export.from_json(passport.read_bytes()).model_copy(update={"path": str(file)})
    return found


def _converted(exporting: Exporting, names: tuple[str, ...], seconds: int) -> dict[str, Export | NnappError]:
    """Convert in a child, then compare."""
    if not exporting.model.is_file():
        missing = ExportError("There is no trained network to export yet.", remedy="Let the run finish training, then export it.")
        return dict.fromkeys(names, missing)
    exporting.folder.mkdir(parents=True, exist_ok=True)
    done: dict[str, Export | NnappError] = {}
    with tempfile.TemporaryDirectory(dir=exporting.folder, prefix=DRAFT_PREFIX) as results:
        for name, outcome in convert(job_for(exporting, names, Path(results), seconds)).items():
            done[name] = outcome if isinstance(outcome, ExportError) else offered(exporting, name, outcome, Path(results))
    return done


def job_for(exporting: Exporting, names: tuple[str, ...], results: Path, seconds: int = SECONDS) -> ConversionJob:
    """Lay out in `results` what a child needs to make these formats."""
    arrays = results / "arrays"
    examples = exporting.train.rows(representative(exporting.train))
    save_arrays(arrays, test=exporting.test.x, examples=examples.x)
    return ConversionJob(
        model=str(exporting.model.resolve()),
        architecture=ARCHITECTURES.name_of(exporting.architecture),
        hyperparameters=exporting.architecture.model_dump(mode="json"),
        data=exporting.data,
        task=exporting.task,
        arrays=str(arrays.resolve()),
        formats=names,
        results=str(results.resolve()),
        seconds=seconds,
    )


def offered(exporting: Exporting, name: str, made: Conversion, results: Path) -> Export:
    """Move the file to its place, and write its passport."""
    exporter = EXPORTERS[name]
    path = exporting.folder / exporter.file
    with publish(path) as draft:
        shutil.copyfile(results / exporter.file, draft)
    encoded = issubclass(exporter, Converted) and exporter.encoded_outside and exporting.data.encoded_outside() != exporting.data
    caveats = ("Numbers must be encoded before they are fed in: the bundle's predict.py shows how.",) if encoded else ()
    passport = judged(name, path, exporting.test, made, encoded_outside=encoded, caveats=caveats)
    return _kept(exporting, passport)


def _inner(exporting: Exporting, name: str, seconds: int) -> Export:
    """The export that a packed format holds: the one that is there, if it is younger than the network."""
    there = finished_exports(exporting.folder).get(name)
    if there is not None and Path(there.path).stat().st_mtime >= exporting.model.stat().st_mtime:
        return there
    return export(exporting, name, seconds=seconds)


def _packed(exporting: Exporting, name: str, exporter: Packed, inner: Export) -> Export:
    """Pack, and take over the passport of what is inside: it is the same file."""
    path = exporting.folder / exporter.file
    with publish(path) as draft:
        caveats = exporter.pack(exporting, inner, draft)
    size = path.stat().st_size
    return _kept(exporting, inner.model_copy(update={"format": name, "path": str(path), "bytes": size, "caveats": (*inner.caveats, *caveats)}))


def _kept(exporting: Exporting, passport: Export) -> Export:
    publish_text(exporting.folder / f"{passport.format}.json", passport.to_json())
    return passport
