"""Choosing an explainer, asking it, and showing what it found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from nnapp.charts import CHARTS, series_attribution, shaded_text
from nnapp.charts.overlay import PICTURE_PLACES, SOUND_PLACES, attribution_overlay
from nnapp.data.listening import clips
from nnapp.data.picture_table import PictureTable
from nnapp.data.sounds import Sounds
from nnapp.explanation import EXPLAINERS, Explanation, explainers_for, load
from nnapp.explanation.series_views import one_series, stretch_importance
from nnapp.explanation.views import additivity, beeswarm, importance, waterfall
from nnapp.explanation.word_views import shaded, words
from nnapp.reports import Report
from nnapp.runs.folder import Run
from pages.components import address
from pages.components.charts import show_chart, theme
from pages.components.jobs import ask
from pages.components.preview import row_pictures
from pages.components.reports import caveats, show_report
from pages.components.shaded_text import show_shaded
from pages.components.source import source_of
from pages.components.spec_form import spec_form
from pages.components.text import plain, short

SETTINGS = "explain"


def explainable(run: Run) -> bool:
    """Whether some explainer takes the run's kind of data; says so where none does."""
    kind = (run.preprocessing or {})["kind"]
    if run.task is not None and run.task.kind == "anomaly":
        st.markdown("A step is flagged because something else came than the network expected: the Results page shows both, step by step.")
        st.page_link("pages/4_results.py", label="See what came and what was expected", icon=":material/monitoring:", query_params=address.here())
        return False
    if explainers_for(kind):
        return True
    st.markdown(
        f"An explanation shares an answer out among what it rests on; for {kind} there is none. The Results page shows the worst answers instead, and on the Use page you can change an example and see what becomes of the answer."
    )
    return False


def choose_explainer(run: Run) -> tuple[str, dict[str, Any]]:
    """The explainer and its settings, which the address keeps."""
    kind = (run.preprocessing or {})["kind"]
    names = explainers_for(kind)
    name = st.segmented_control("Explainer", names, default=names[0], required=True, format_func=lambda name: EXPLAINERS[name].title, key="explainer")
    st.caption(EXPLAINERS[name].sentence)
    key = f"{SETTINGS}.{name}"
    settings: dict[str, Any] = json.loads(st.session_state.get(key, "{}"))

    def put(field: str, value: Any) -> None:
        changed = {**settings, field: value}
        st.session_state[key] = json.dumps({name: item for name, item in changed.items() if item is not None})

    spec_form(EXPLAINERS[name], settings, put, key=key, basic=(), leave_out=() if kind in {"pictures", "sounds"} else ("picture_background",), columns=3)
    return name, settings


def ask_for(run: Run, name: str, settings: dict[str, Any]) -> None:
    """Put the question into the queue."""
    ask(run, "explain", {"explainer": name, "settings": settings})


def kept(run: Run, name: str) -> Explanation | None:
    """What the explainer found last."""
    path = run.folder / "explanations" / name / "explanation.npz"
    return _loaded(str(path.parent), path.stat().st_mtime_ns) if path.exists() else None


@st.cache_resource(max_entries=8, ttl=3600, show_spinner="Reading the explanation")
def _loaded(folder: str, changed: int) -> Explanation:
    return load(Path(folder))


def show_explanation(run: Run, found: Explanation) -> None:
    """Over all rows, for one row, and how exact it is."""
    one = f"One {noun_of(found)}"
    titles = [one, "How exact"] if found.kind in {"pictures", "sounds"} else ["Over the data", one, "How exact"]
    tabs = st.tabs(titles, key="explanation", on_change="rerun")
    for title, tab in zip(titles, tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            if title == "Over the data":
                _overall(found)
            elif title == "How exact":
                show_report(additivity(found), key="chart.additivity")
            else:
                ONE.get(found.kind, _one_picture)(run, found)


def _output(found: Explanation) -> str | None:
    """The class whose answer is explained, where there are several."""
    if len(found.outputs) == 1:
        return None
    kind = found.task.kind
    label = {"multilabel": "Label", "forecasting": "Channel"}.get(kind, "Class")
    usual = {"multilabel": "the most probable label of each", "forecasting": found.outputs[0]}.get(kind, f"each {noun_of(found)}'s predicted class")
    return st.selectbox(label, found.outputs, index=None, key="explain.class", placeholder=usual, help="Whose answer is shared out.")


def _overall(found: Explanation) -> None:
    output = _output(found)
    reports = [make(found, output) for make in OVERALL[found.kind]]
    for report in reports:
        show_chart(CHARTS[report.name](report, theme=theme()), key=f"chart.{report.name}")
    caveats(reports[0])


def _choose(found: Explanation, what: str) -> int:
    """One of the explained rows or pictures."""

    def words(row: int) -> str:
        truth = "" if found.truth is None else f", really {found.words_of(found.truth[row])}"
        name = found.ids[row]
        begins = f" “{short(' '.join(found.cells[row][1:8:2]), 24)}”" if found.kind == "text" else ""  # type: ignore[arg-type]  # texts have no missing segment
        return f"{what} {short(name + 1 if isinstance(name, int) else name, 40)}{begins}: {found.answer(row)}{truth}"

    return int(st.selectbox(f"Which {what}", range(len(found)), format_func=words, key="explain.row", help="Those of the test part that were explained."))


def _one_text(run: Run, found: Explanation) -> None:
    del run
    row = _choose(found, "text")
    report = shaded(found, row, _output(found))
    show_shaded(shaded_text(report), key="chart.shaded")
    caveats(report)


def _one_series(run: Run, found: Explanation) -> None:
    del run
    row = _choose(found, noun_of(found))
    report = one_series(found, row, _output(found))
    if found.series is not None:
        values = {name: found.series[row, :, place] for place, name in enumerate(found.columns[: found.series.shape[2]])}
        show_chart(series_attribution(report, values, theme=theme()), key="chart.series")
    caveats(report)


def _one_row(run: Run, found: Explanation) -> None:
    row = _choose(found, "row")
    if found.kind == "mixed" and isinstance(data := source_of(run), PictureTable):
        row_pictures(data, [int(found.ids[row])])
    report = waterfall(found, row, _output(found))
    show_chart(CHARTS["waterfall"](report, theme=theme()), key="chart.waterfall")
    st.caption(plain(f"Base and attributions miss the answer by {report.headline['residual']:.2g} ({report.headline['unit']})."))
    caveats(report)


def noun_of(found: Explanation) -> str:
    """What one example is called."""
    if found.task.kind == "forecasting":
        return "forecast"
    return {"pictures": "picture", "sounds": "sound", "text": "text", "series": "series"}.get(found.kind, "row")


def _player(run: Run, path: str) -> None:
    """The sound that is explained."""
    data = source_of(run)
    if isinstance(data, Sounds) and path in data.known:
        st.audio(clips(data, [path])[0].wav, format="audio/wav", width=320)
    st.caption("Time runs to the right, pitch upwards; what is bright is loud.")


def _one_picture(run: Run, found: Explanation) -> None:
    if found.pictures is None:
        return
    row, output = _choose(found, noun_of(found)), _output(found)
    picture, attribution = found.pictures[row], found.of(output)[row]
    sound = found.kind == "sounds"
    if sound:  # as people read it: time to the right, pitch upwards
        picture, attribution = picture.transpose(1, 0, 2)[::-1], attribution.T[::-1]
        _player(run, str(found.ids[row]))
    chart = attribution_overlay(
        picture, attribution, explained=found.explained_class(row, output), theme=theme(), places=SOUND_PLACES if sound else PICTURE_PLACES
    )
    show_chart(chart, key="chart.attribution")
    for sentence in found.notes:
        st.caption(f":material/info: {plain(sentence)}")


OVERALL: dict[str, tuple[Callable[[Explanation, str | None], Report], ...]] = {
    "tabular": (importance, beeswarm),
    "mixed": (importance, beeswarm),
    "text": (words,),
    "series": (stretch_importance,),
}
"""What is shown over all explained rows, by kind of data."""
ONE: dict[str, Callable[[Run, Explanation], None]] = {"tabular": _one_row, "mixed": _one_row, "text": _one_text, "series": _one_series}
"""What is shown of one example; pictures and sounds are shown alike."""
