"""What a person decides about the data: types, target, parts, preparation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nnapp.specs import Spec

DataKind = Literal["tabular", "mixed", "pictures", "series", "sounds", "text"]
ColumnType = Literal["number", "category", "text", "date", "money", "picture", "identifier", "ignored"]
Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")


class DataConfig(Spec):
    """Which upload, and how its columns are meant."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="The upload, by its SHA-256 in the data store.")]
    test_sha256: Annotated[str | None, Field(description="An official test file, used for nothing else.")] = None
    target: Annotated[
        str | None,
        Field(
            description="Column to predict; several columns of yes and no, joined by commas, are labels of which any number may hold. Empty: proposed from the names."
        ),
    ] = None
    task: Annotated[
        Literal["auto", "binary", "multiclass", "multilabel", "regression", "forecasting", "anomaly"],
        Field(
            description="What to answer: a class, several labels at once, a number, what comes next in a series over time, or which of its steps are unusual. Auto looks at the target's values and the stamps."
        ),
    ] = "auto"
    horizon: Annotated[
        int | None,
        Field(
            ge=1,
            le=10_000,
            description="Steps that a forecast looks ahead. Empty: a day of hours, a week of days, a year of months, else a tenth of the series up to 48.",
        ),
    ] = None
    window: Annotated[
        int | None,
        Field(
            ge=2,
            le=10_000,
            description="Steps that a forecast looks back over, or that are looked at together for anomalies. Empty: some seasons, a day or a week. Raise it when patterns are long.",
        ),
    ] = None
    interval: Annotated[
        int,
        Field(
            ge=0,
            le=95,
            title="Interval in %",
            description="Of 100 true values, so many shall lie between the low and the high end that are given beside a forecast. "
            "Raise it where a surprise is costly: the interval becomes wider. Lower it for a narrower one that misses more often; 0 gives none.",
        ),
    ] = 80
    all_channels: Annotated[bool, Field(description="Forecast every channel of the series, not only the target.")] = False
    anomaly_label: Annotated[
        str | None,
        Field(
            description="Column that marks known anomalies by 1. It is never learned from: it only scores what was found. Empty: a column of 0 and 1 with such a name."
        ),
    ] = None
    usual_share: Annotated[
        float,
        Field(
            ge=0.1,
            le=0.9,
            description="Share of the series, from its beginning, from which the network learns what is usual; the rest is judged. "
            "Raise it to show longer patterns, lower it when the beginning alone is free of anomalies.",
        ),
    ] = 0.5
    series_id: Annotated[str | None, Field(description="Column that names the series, where a table over time holds several. Empty: found by looking.")] = None
    positive: Annotated[str | None, Field(description="The class to be found, of two. Empty: the rarer one.")] = None
    kind: Annotated[
        Literal["auto"] | DataKind,
        Field(description="What the network is fed with, where the data can be taken in several ways. Auto decides by looking."),
    ] = "auto"
    weight_column: Annotated[
        str | None,
        Field(
            description="Column whose numbers say how much each row counts when the network learns: 0 leaves a row out, 2 counts it twice; only ratios matter. "
            "It is no input, and the final scores count every row alike. Empty: all rows count alike."
        ),
    ] = None
    types: Annotated[dict[str, ColumnType], Field(description="Column types that differ from the proposed ones.")] = {}
    image_size: Annotated[
        int | None,
        Field(
            ge=8, le=512, description="Side in pixels to which pictures are letterboxed. Empty: chosen from the pictures. Larger sees more and trains slower."
        ),
    ] = None
    sound_seconds: Annotated[
        float | None,
        Field(
            ge=0.1,
            le=60,
            description="Seconds of every sound that the network hears: shorter ones are padded, longer ones cut to their loudest stretch. "
            "Empty: nearly all of them whole. Raise it when what matters is cut off; lower it to train faster.",
        ),
    ] = None
    sound_rate: Annotated[
        int | None,
        Field(
            ge=2_000,
            le=48_000,
            description="Samples a second that sounds are brought to; pitches up to half of it are heard. Empty: the commonest rate, 24,000 at most. "
            "Raise it for whistles and insects, lower it to train faster.",
        ),
    ] = None
    skip_bad_rows: Annotated[
        bool,
        Field(
            description="Leave out rows with too many or too few cells, or without their picture, counted, instead of stopping or showing the network a black one."
        ),
    ] = False


class SplitSpec(Spec):
    """How the examples are divided. The test part is looked at once, at the end."""

    how: Annotated[
        Literal["auto", "random", "stratified", "group", "time", "column", "official"],
        Field(
            description="Auto keeps given parts, else keeps class shares alike. Group keeps all rows of one person or place together. Time tests on the latest rows."
        ),
    ] = "auto"
    column: Annotated[str | None, Field(description="Column with the group, the time, or the words train, validation and test.")] = None
    validation: Annotated[
        float, Field(ge=0.05, le=0.4, description="Share of the rows that chooses the best epoch. Raise it when the validation curve is ragged.")
    ] = 0.15
    test: Annotated[
        float, Field(ge=0.05, le=0.5, description="Share of the rows kept for the final judgement. Raise it for a surer score, lower it when rows are few.")
    ] = 0.15
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, description="The same seed gives the same parts.")] = 42


class PreprocessingConfig(Spec):
    """How raw cells become numbers; fitted on the train part only."""

    max_categories: Annotated[
        int, Field(ge=2, le=1000, description="Categories of a column that get an input of their own; rarer ones share one. Raise it when rare values matter.")
    ] = 50
    each_series: Annotated[
        bool,
        Field(
            description="Standardise every series by its own mean and spread, beside the train part's. Choose it where only the shape counts, not the level."
        ),
    ] = False
    margin: Annotated[
        float,
        Field(
            ge=1,
            le=20,
            description="How many times as large as usual an error must be to be flagged as an anomaly; usual is what 99 of 100 steps stay below while "
            "the network learns. Raise it when there are false alarms, lower it when anomalies are missed.",
        ),
    ] = 2.0
    smoothing: Annotated[
        int | None,
        Field(
            ge=1,
            le=1000,
            description="Neighbouring steps whose errors are averaged before they are compared with the threshold. Empty: a fiftieth of the window, 12 at most. "
            "Raise it when anomalies last long and the series is noisy; 1 shows single wild values best.",
        ),
    ] = None
    sound_bands: Annotated[
        int | None,
        Field(
            ge=8,
            le=128,
            description="Bands of pitch in the spectrogram of a sound. Empty: 40 for telephone speech, else 64. Raise it where fine pitch counts, as in music.",
        ),
    ] = None
    sound_step: Annotated[
        float | None,
        Field(
            ge=1,
            le=100,
            description="Milliseconds between two moments of the spectrogram of a sound. Empty: 10, more for long sounds. Lower it for clicks, raise it to train faster.",
        ),
    ] = None
    sound_loudness: Annotated[
        Literal["relative", "absolute"],
        Field(
            description="Relative measures each sound against its own loudest moment, so that the distance to the microphone does not count. "
            "Absolute keeps how loud it was: choose it where loudness is the clue."
        ),
    ] = "relative"
    bins: Annotated[
        int, Field(ge=0, le=128, description="Ramps a number is spread over before the first layer, so that thresholds are easy to learn. 0 turns it off.")
    ] = 64
    words: Annotated[
        Literal["pieces", "whole"],
        Field(description="Pieces puts rare and misspelt words together from parts it knows; whole takes words as they are and forgets rare ones. For text."),
    ] = "pieces"
    vocabulary: Annotated[
        int,
        Field(
            ge=100,
            le=100_000,
            description="Words, or pieces of words, that a network for text knows. Raise it for much and varied text, lower it for small files.",
        ),
    ] = 10_000
    lowercase: Annotated[bool, Field(description="Take capitals for small letters, so that Free and free are one word. Turn it off where capitals matter.")] = (
        True
    )
    length: Annotated[
        int | None,
        Field(
            ge=1,
            le=4096,
            description="Tokens of a text that are read; what is longer is cut off. Empty: as long as 99 of 100 texts, 256 at most. Longer trains slower.",
        ),
    ] = None
