"""Small real data sets and networks trained on them, for the tests of inference and export."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nnapp.architectures import Architecture
from nnapp.data.prepare import Prepared, prepare
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.export import Exporting
from tests.sound_files import noise, tone, wav

# Keras 3.15 copies TensorFlow's variables in a way that NumPy 2.4 deprecates.
KERAS_MEETS_NUMPY = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")
COLOURS = ("red", "green", "blue")
WORDS = ("good fine kind glad", "bad poor cold grim", "red blue green pink", "one two three four")
"""Words that speak for a class each."""
TABLE_TARGETS = {"binary": "tall", "multiclass": "kind", "regression": "price"}


def write_table(path: Path, task: str, *, rows: int = 320, seed: int = 0) -> None:
    """Numbers of very different sizes, missing cells, categories, dates; the target follows from them."""
    random = np.random.default_rng(seed)
    length, income, colour = random.normal(size=rows), random.uniform(0, 500_000, rows), random.integers(0, 3, rows)
    score = length + income / 250_000 - 1
    target = {
        "binary": np.where(score > 0, "yes", "no"),
        "multiclass": np.array(["oak", "elm", "fir", "ash"])[np.where(score > 0, 2, 0) + (colour == 1)],
        # With chance in it as in real data: of a target that could be known exactly, the error of a file is measured by nothing.
        "regression": np.round(200_000 + 80_000 * score + 20_000 * colour + random.normal(0, 50_000, rows), 2),
    }[task]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["length", "income", "colour", "day", TABLE_TARGETS[task]])
        for row in range(rows):
            day = f"20{10 + row % 15}-{1 + row % 12:02}-{1 + row % 28:02}"
            writer.writerow(["" if row % 29 == 5 else f"{length[row]:.4f}", f"{income[row]:.2f}", COLOURS[colour[row]], day, target[row]])


def write_pictures(path: Path, classes: int, *, pictures: int = 360, size: int = 16, seed: int = 0) -> None:
    """Grey pictures with a bright corner that tells the class, as a zip of class folders."""
    from PIL import Image

    random = np.random.default_rng(seed)
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(pictures):
            label = index % classes
            pixels = random.integers(0, 90, (size, size), dtype=np.uint8)
            top, left = divmod(label, 2)
            pixels[top * size // 2 :, left * size // 2 :][: size // 2, : size // 2] += 120
            buffer = io.BytesIO()
            Image.fromarray(pixels).save(buffer, format="png")
            archive.writestr(f"corner{label}/{index:04}.png", buffer.getvalue())


def write_series(path: Path, task: str, *, rows: int = 240, steps: int = 32, seed: int = 0) -> None:
    """Waves whose speed tells the class or the number, one a row."""
    random = np.random.default_rng(seed)
    level = random.integers(2 if task == "binary" else 4, size=rows)
    waves = 50 + 20 * np.sin((1 + level)[:, None] * np.linspace(0, 6, steps) + random.normal(0, 0.3, (rows, 1))) + random.normal(0, 2, (rows, steps))
    target = level * 10 + random.normal(0, 2, rows) if task == "regression" else np.array(["slow", "fast", "faster", "fastest"])[level]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*(f"t{step}" for step in range(steps)), TABLE_TARGETS[task]])
        writer.writerows([*np.round(wave, 3).tolist(), answer] for wave, answer in zip(waves, target, strict=True))


def write_sounds(path: Path, classes: int, *, sounds: int = 240) -> None:
    """Tones in noise whose pitch tells the class, as a zip of class folders."""
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(sounds):
            label, rate = index % classes, 16_000 if index % 7 == 0 else 8_000
            samples = tone(300 * (label + 1), 0.3 + 0.01 * (index % 10), rate, loudness=0.2) + noise(0.3 + 0.01 * (index % 10), rate, loudness=0.05, seed=index)
            archive.writestr(f"pitch{label}/{index:04}.wav", wav(samples, rate))


def write_texts(path: Path, task: str, *, rows: int = 320, seed: int = 0) -> None:
    """Texts of differing lengths, from words that speak for the class or the number, and words that say nothing."""
    random = np.random.default_rng(seed)
    level = random.integers(0, 2 if task == "binary" else 4, rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", TABLE_TARGETS[task]])
        for row in range(rows):
            said = [*random.choice(WORDS[level[row]].split(), random.integers(1, 5)), *random.choice(["the", "a", "of", "it"], random.integers(0, 4))]
            answer = f"{100 * level[row] + random.normal(0, 20):.2f}" if task == "regression" else f"class{level[row]}"
            writer.writerow([" ".join(random.permutation(said)) + f" {row}", answer])


def write_mixed(path: Path, task: str, *, rows: int = 320, seed: int = 0) -> None:
    """A zip with a table of numbers, words and names of pictures, each of which knows a part of the answer; some rows have no picture."""
    from PIL import Image

    random = np.random.default_rng(seed)
    length, word, bright = random.normal(size=rows), random.integers(0, 2, rows), random.integers(0, 2, rows)
    score = length + 2 * word - 1 + bright - 0.5
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["length", "colour", "text", "image", TABLE_TARGETS[task]])
    with zipfile.ZipFile(path, "w") as archive:
        for row in range(rows):
            said = [*random.choice(WORDS[1 - word[row]].split(), 4), *random.choice(["the", "a", "of", "it"], 5)]
            answer = {"regression": f"{100 * score[row] + random.normal(0, 40):.2f}", "binary": "yes" if score[row] > 0 else "no"}
            kind = f"class{int(np.digitize(score[row], (-1.5, 0, 1.5)))}"
            named = "" if row % 25 == 7 else f"img/{row:04}.png"
            writer.writerow([f"{length[row]:.4f}", COLOURS[row % 3], " ".join(random.permutation(said)) + f" {row}", named, answer.get(task, kind)])
            if named:
                pixels = random.integers(1, 90, (16, 16), dtype=np.uint8) + np.uint8(120 * bright[row])
                buffer = io.BytesIO()
                Image.fromarray(pixels).save(buffer, format="png")
                archive.writestr(named, buffer.getvalue())
        archive.writestr("rows.csv", lines.getvalue())


def write_watched(path: Path, *, days: int = 30, seed: int = 0) -> None:
    """A day's wave every hour with chance in it; on one late day it does not sink, and a column says so."""
    random = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["when", "load", "is_anomaly"])
        for step in range(24 * days):
            odd = step // 24 == days - 6
            wave = np.sin(2 * np.pi * step / 24)
            writer.writerow(
                [f"2024-01-{1 + step // 24:02} {step % 24:02}:00:00", f"{100 + 30 * (abs(wave) if odd else wave) + random.normal(0, 3):.3f}", int(odd)]
            )


def prepared(folder: Path, kind: str, task: str, *, bins: bool, rebuilds: bool = False) -> tuple[Prepared, dict[str, list[str | None]]]:
    """One of the data sets above as a run would have it, and the raw cells of its test part (none for files)."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ("data.zip" if kind in {"pictures", "sounds", "mixed"} else "data.csv")
    if task == "anomaly":
        write_watched(path)
    elif kind == "tabular":
        write_table(path, task)
    elif kind == "series":
        write_series(path, task)
    elif kind == "sounds":
        write_sounds(path, 2 if task == "binary" else 4)
    elif kind == "mixed":
        write_mixed(path, task)
    elif kind == "text":
        write_texts(path, task)
    else:
        write_pictures(path, 2 if task == "binary" else 4)
    store = DataStore(folder / "home")
    target = None if kind in {"pictures", "sounds"} or task == "anomaly" else TABLE_TARGETS[task]
    config = DataConfig(sha256=store.add(path), target=target)
    ready = prepare(store, config, SplitSpec(test=0.3), PreprocessingConfig(bins=8), bins=bins, rebuilds=rebuilds)
    if target is None and task != "anomaly":
        return ready, {}
    frame = store.open(config.sha256).frame
    frame = frame if task == "anomaly" else frame.iloc[ready.parts.test.ids.astype(int)]
    return ready, {name: [cell if isinstance(cell, str) else None for cell in frame[name]] for name in frame}


def test_files(folder: Path, ready: Prepared) -> list[tuple[str, bytes]]:
    """The first sounds of the test part as they came."""
    with zipfile.ZipFile(folder / "data.zip") as archive:
        return [(str(name), archive.read(str(name))) for name in ready.parts.test.ids[:20]]


def trained(folder: Path, architecture: Architecture, task: str) -> Exporting:
    """A network of this architecture, trained for a few seconds. Needs TensorFlow."""
    from nnapp.inference import KerasPredictor
    from nnapp.metrics.steps import settled
    from nnapp.training import Silence, TrainingConfig, train

    kind = min(architecture.accepts)
    ready, raw = prepared(folder, kind, task, bins=architecture.encodes_bins, rebuilds=architecture.rebuilds)
    config = TrainingConfig(epochs=12, batch_size=32, early_stopping=False, learning_rate=3e-3)
    result = train(
        lambda: architecture.build(ready.data, ready.task),
        ready.parts.train,
        ready.parts.validation,
        ready.task,
        config,
        recorder=Silence(),
        checkpoint=folder / "checkpoint",
    )
    result.model.save(folder / "model.keras")
    if ready.watched is not None:
        ready = ready.asking(settled(ready.watched, KerasPredictor(result.model).logits(ready.watched.x)))
    return Exporting(
        model=folder / "model.keras",
        architecture=architecture,
        data=ready.data,
        task=ready.task,
        preprocessing=ready.preprocessing.model_dump(mode="json"),
        train=ready.parts.train,
        test=ready.parts.test,
        folder=folder / "exports",
        card="# A test network\n",
        raw=raw,
        files=test_files(folder, ready) if kind == "sounds" else (),
    )
