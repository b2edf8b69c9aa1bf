"""The model card: what a network is for, how good it is and where it fails, as Markdown for people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nnapp.architectures import Architecture
from nnapp.data.dataset import DataSpec
from nnapp.export.spec import Export
from nnapp.metrics import METRICS, BaselineResult, headline, metrics_for, text_of_metric
from nnapp.tasks import TaskSpec


@dataclass(frozen=True)
class CardFacts:
    """All that a card tells.

    Attributes:
        name: Of the run.
        created: Day of training, ISO.
        source: Name of the upload.
        sha256: Of the upload.
        rows: Examples a part.
        task: The question.
        data: The inputs.
        architecture: The network.
        training: Settings of the training by name.
        parameters: Weights in the network, or None.
        epochs: Passes that were made, or None.
        seconds: Wall time of fitting, or None.
        test: Metrics on the test part.
        intervals: Their 95 % intervals.
        baselines: What simpler methods reach on the same rows.
        verdict: Network against the best baseline, as a sentence.
        caveats: Findings about the data, as sentences.
        exports: Files that have been run on the test part.
        versions: Of the libraries, by name.
        steering: What was changed while it trained, as sentences.
        interval: Of a forecast, `asked` and `inside`: the share of true values that its interval was to hold and that it held.
    """

    name: str
    created: str
    source: str
    sha256: str
    rows: Mapping[str, int]
    task: TaskSpec
    data: DataSpec
    architecture: Architecture
    training: Mapping[str, Any] = field(default_factory=dict)
    parameters: int | None = None
    epochs: int | None = None
    seconds: float | None = None
    test: Mapping[str, float | None] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    baselines: Sequence[BaselineResult] = ()
    verdict: str = ""
    caveats: Sequence[str] = ()
    exports: Sequence[Export] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    steering: Sequence[str] = ()
    interval: Mapping[str, float] = field(default_factory=dict)


def model_card(facts: CardFacts) -> str:
    """Write the card.

    Returns:
        Markdown; whatever comes from the user's data is escaped.
    """
    sections = [
        _head(facts),
        _section("How good it is", _scores(facts)),
        _section("Where to be careful", _limits(facts)),
        _section("What it was trained on", _data(facts)),
        _section("What it is", _network(facts)),
        _section("Files", _files(facts.exports)),
        _section("To train it again", _recipe(facts)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def plain_text(value: object) -> str:
    """Any text as one line of Markdown that shows itself and nothing else.

    >>> plain_text("a|b <script>*x*")
    'a\\\\|b &lt;script&gt;\\\\*x\\\\*'
    """
    text = " ".join(str(value).split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{character}" if character in "\\`*_[]|#!~$" else character for character in text)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; cells are escaped. Empty without rows."""
    lines = ["| " + " | ".join(plain_text(cell) for cell in row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(header) + " |", "|" + "---|" * len(header), *lines]) if lines else ""


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def _head(facts: CardFacts) -> str:
    target = plain_text(facts.task.target)
    forecast = facts.task.output.forecast
    if forecast is not None:
        purpose = f"Forecasts **{target}** {forecast.horizon} steps ahead (a step: {plain_text(forecast.step)})"
    elif facts.task.kind == "anomaly":
        purpose = f"Flags what is unusual in **{target}**"
    elif facts.task.is_number:
        purpose = f"Predicts the number **{target}**"
    else:
        names = ", ".join(plain_text(name) for name in facts.task.class_names[:20])
        count = len(facts.task.class_names)
        asked = f"any of {count} labels" if facts.task.kind == "multilabel" else f"one of {count} classes"
        more = len(facts.task.class_names) - 20
        purpose = f"Predicts **{target}**, {asked}: {names}" + (f" and {more} more" if more > 0 else "")
    what = {
        "tabular": "the columns of a table",
        "mixed": "the columns, texts and pictures of a table",
        "sounds": "a sound, as a spectrogram",
        "text": "text",
        "series": "a series",
    }.get(facts.data.kind, "a picture")
    return f"# {plain_text(facts.name)}\n\n{purpose}, from {what}. Trained on {plain_text(facts.created)} with nnapp."


def _scores(facts: CardFacts) -> str:
    """The metrics with intervals, the headline of the baselines, and the verdict."""
    rows = facts.rows.get("test", 0)
    lines = [f"On {rows:,} test rows, which had no part in training:"] if facts.test else []
    wanted = [name for name in metrics_for(facts.task) if name in facts.test]
    lines.append(table(("Metric", "Value", "95 % interval", "Meaning"), [_score_row(facts, name) for name in wanted]))
    main = headline(facts.task)
    rivals = [(each.title, text_of_metric(main, each.metrics.get(main)) if not each.left_out else f"left out: {each.left_out}") for each in facts.baselines]
    if rivals:
        ours = [("This network", text_of_metric(main, facts.test.get(main)))]
        lines += [f"Against simpler methods, on the same rows ({METRICS[main].title}):", table(("Method", METRICS[main].title), [*ours, *rivals])]
    if facts.interval:
        lines.append(f"The interval held {facts.interval['inside']:.0%} of the true values; {facts.interval['asked']:.0%} was asked.")
    return "\n\n".join(line for line in [*lines, plain_text(facts.verdict)] if line)


def _score_row(facts: CardFacts, name: str) -> tuple[str, str, str, str]:
    interval = facts.intervals.get(name)
    ends = f"{text_of_metric(name, interval[0])} to {text_of_metric(name, interval[1])}" if interval else "none"
    return METRICS[name].title, text_of_metric(name, facts.test[name]), ends, METRICS[name].sentence


def _limits(facts: CardFacts) -> str:
    """What the data's findings and the exports say, and what holds for every network."""
    general = "It has learned from this data only. On other people, places, devices or times it can be worse than the numbers above; try it there first."
    exported = [f"{each.format}: {caveat}" for each in facts.exports for caveat in each.caveats]
    return "\n".join(f"- {plain_text(sentence)}" for sentence in dict.fromkeys([*facts.caveats, *exported, general]))


def _data(facts: CardFacts) -> str:
    parts = ", ".join(f"{count:,} {part}" for part, count in facts.rows.items())
    lines = [f"{plain_text(facts.source)} (SHA-256 `{facts.sha256}`): {parts} rows."]
    for name, spec in facts.data.inputs.items():
        if spec.feature_columns:
            columns = list(dict.fromkeys(spec.feature_columns))
            shown = ", ".join(plain_text(column) for column in columns[:50]) + (f" and {len(columns) - 50} more" if len(columns) > 50 else "")
            lines.append(f"Columns used ({len(columns)}): {shown}.")
        elif spec.role == "tokens":
            lines.append(f"Read word by word, {spec.shape[0]} tokens at most: {plain_text(', '.join(spec.feature_names) or name)}.")
        else:
            lines.append(f"Input `{name}` has shape {' x '.join(str(size) for size in spec.shape)}.")
    return "\n\n".join(lines)


def _network(facts: CardFacts) -> str:
    size = f", {facts.parameters:,} parameters" if facts.parameters is not None else ""
    settings = table(("Hyperparameter", "Value"), [(name, _setting(value)) for name, value in facts.architecture.model_dump(mode="json").items()])
    return f"{plain_text(facts.architecture.title)}{size}. {plain_text(facts.architecture.sentence)}{_outputs(facts.task)}\n\n{settings}".strip()


def _outputs(task: TaskSpec) -> str:
    """What the numbers of a forecast's file are, for whoever runs it without the bundle."""
    forecast = task.output.forecast
    if forecast is None or forecast.interval is None:
        return ""
    widths = ", ".join(f"{width:.3g}" for width in forecast.widths) or "1"
    return (
        f"\n\nThe file gives {task.units:,} numbers: the forecast step by step, then how far below it the interval ends, then how far above. "
        f"A distance counts {widths} times (target by target). All are in standard deviations of the train part, and the forecast is measured from its mean."
    )


def _setting(value: object) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:g}"
    return "none" if value is None else str(value)


def _files(exports: Sequence[Export]) -> str:
    """The passports side by side."""
    rows = []
    for each in exports:
        name = each.change.metric if each.change else next(iter(each.test), "")
        value = text_of_metric(name, each.test.get(name)) if name else "none"
        agreement = "none" if each.agreement is None else f"{100 * each.agreement:.1f} %"
        latency = "none" if each.latency_ms is None else f"{each.latency_ms:.3g} ms"
        rows.append((each.format, f"{each.bytes / 1024:,.1f} KB", value, agreement, each.flipped, latency))
    told = "Each was run on the whole test part. Agreement is the share of rows with the network's own answer."
    listing = table(("Format", "Size", "Test score", "Agreement", "Flipped rows", "One row"), rows)
    return f"{told}\n\n{listing}" if listing else ""


def _recipe(facts: CardFacts) -> str:
    lines = []
    if facts.epochs is not None:
        took = f" in {facts.seconds:,.0f} seconds" if facts.seconds is not None else ""
        lines.append(f"Trained for {facts.epochs} epochs{took}.")
    lines.append(table(("Setting", "Value"), [(name, _setting(value)) for name, value in facts.training.items()]))
    if facts.steering:
        told = "\n".join(f"- {plain_text(sentence)}" for sentence in facts.steering)
        lines.append(f"These are the settings it began with. To get the same network you must change them as they were changed:\n\n{told}")
    lines.append(
        "Versions: " + ", ".join(f"{plain_text(name)} {plain_text(version)}" for name, version in facts.versions.items()) + "." if facts.versions else ""
    )
    return "\n\n".join(line for line in lines if line)
