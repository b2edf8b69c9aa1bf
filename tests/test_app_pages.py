"""Every page draws: with nothing, with data, with runs of every state, and with names that want to be markup."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from nnapp.data.samples import SAMPLES
from nnapp.data.specs import DataConfig
from nnapp.data.store import DataStore
from nnapp.runs.folder import Run
from nnapp.runs.spec import plan
from nnapp.runs.store import RunStore
from tests.conftest import PROJECT
from tests.watched_files import stamped

PAGES = sorted(path.name for path in (PROJECT / "pages").glob("*.py") if path.name[0].isdigit())
HOSTILE = ":red[*a*](javascript:x) $x$", "<script>alert(1)</script>", "![b](http://evil.example/x.png)", "=cmd|' /C calc'!A0", "`:material/home:`"


class ThroughTheShell(PagesManager):
    """What the server does by `serve_through_the_shell`; AppTest forgets it at every run."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        PagesManager.uses_pages_directory = False


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for every test."""
    monkeypatch.setenv("NNAPP_HOME", str(tmp_path))
    monkeypatch.setenv("NNAPP_WARM", "0")
    monkeypatch.setattr("streamlit.testing.v1.app_test.PagesManager", ThroughTheShell)
    return tmp_path


def opened(page: str = "1_data.py", **address: str) -> AppTest:
    """The app at an address."""
    at = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=30).run()
    for name, value in address.items():
        at.query_params[name] = value
    at.switch_page(f"pages/{page}").run()
    assert not at.exception, at.exception[0].message
    return at


def words(at: AppTest) -> str:
    """All that stands on the page as Markdown."""
    return "\n".join(element.value for kind in ("title", "header", "subheader", "markdown", "caption", "error") for element in at.get(kind))


def primary(at: AppTest) -> list[Any]:
    return [button for button in at.button if button.proto.type == "primary"]


def with_sample(home: Path, name: str = "iris") -> str:
    """A sample in the store, by its SHA-256."""
    folder = home / "samples"
    folder.mkdir(exist_ok=True)
    return DataStore(home).add(SAMPLES[name].write(folder))


def with_run(home: Path, sha: str, state: str) -> Run:
    """A run that no worker will take."""
    run = RunStore(home).create(plan(DataConfig(sha256=sha), "tabular", name="first try"))
    run.request("pause" if state == "paused" else "stop")
    return run


@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_nothing_to_show_offers_the_next_step(home, page):
    at = opened(page)
    assert at.title[0].value
    assert len(primary(at)) == 1 or at.main.get("page_link"), "neither a button nor a link leads on"


def test_a_newcomer_sees_the_samples_and_one_primary_button(home):
    at = opened()
    labels = [button.label for button in at.button]
    assert [label for label in labels if label.startswith("Begin with")] == [
        f"Begin with {title}" for title in ("Iris", "Breast cancer", "Diabetes", "Handwritten digits", "Wine")
    ]
    assert [button.label for button in primary(at)] == ["Begin with Iris"]


@pytest.mark.parametrize("sample", sorted(SAMPLES))
def test_a_sample_opens_with_its_question_and_leads_to_the_networks(home, sample):
    at = opened()
    at.button(key=f"sample.{sample}").click().run()
    assert not at.exception
    assert [button.label for button in primary(at)] == ["Choose a network"]
    assert "Examples" in [metric.label for metric in at.metric]
    sha = at.query_params["data"]
    at = opened("2_model.py", data=sha)
    assert [button.label for button in primary(at)] == ["Train"]
    assert "Recommended" in words(at)


def test_a_file_dropped_in_is_stored_as_it_came_and_opened(home):
    at = opened()
    content = b"size;colour;price\n1,5;red;3\n2,5;blue;4\n" * 20
    at.file_uploader[0].upload("huts.csv", content, "text/csv").run()
    assert not at.exception
    assert at.title[0].value == "huts.csv"
    assert DataStore(home).upload(at.query_params["data"]).read_bytes() == content


def test_a_file_that_cannot_be_read_says_why_and_what_to_do(home):
    at = opened()
    at.file_uploader[0].upload("empty.csv", b"", "text/csv").run()
    assert not at.exception
    assert len(at.error) == 1
    assert "empty" in at.error[0].value


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, None])
def test_data_that_cannot_be_opened_leave_a_way_to_others(home, content):
    at = opened(data="abc" if content is None else DataStore(home).add_bytes(content, "picture.csv"))
    assert not at.exception
    assert len(at.error) == 1
    assert "pattern" not in at.error[0].value
    next(button for button in at.button if button.label == "Other data").click().run()
    assert not at.error
    assert at.title[0].value == "What do you want to predict?"


def test_another_target_is_a_setting_in_the_address(home):
    at = opened(data=with_sample(home))
    at.selectbox(key="data.target").set_value("sepal_width_cm").run()
    assert not at.exception
    assert at.query_params["set"] == '{"data.target":"sepal_width_cm"}'
    assert next(metric.value for metric in at.metric if metric.label == "Answer") == "a number"


def test_columns_to_watch_are_chosen_without_losing_a_watch_that_was_only_proposed(home):
    rows = "".join(f"{stamp},{step % 24},{step % 7},{int(300 <= step < 310)}\n" for step, stamp in enumerate(stamped(400)))
    at = opened(data=DataStore(home).add_bytes(f"when,load,heat,is_anomaly\n{rows}".encode(), "pump.csv"))
    assert "is_anomaly" in [box.value for box in at.selectbox if box.label == "Anomaly label"]  # which nobody had to choose
    assert {slider.label for slider in at.slider} == {"Usual share", "Validation"}  # a share of test rows would do nothing
    assert "*Usual share*, above the tabs, says how much" in words(at)
    at.multiselect(key="data.watched").set_value(["heat"]).run()
    assert not at.exception
    assert "Watched: **heat**" in words(at)


def test_a_fix_is_one_click(home):
    rows = "\n".join(f"{row},{row % 7},{'ab'[row % 2]},{'xy'[row % 2]}" for row in range(60))
    sha = DataStore(home).add_bytes(f"id,size,copy,class\n{rows}\n".encode(), "leak.csv")
    at = opened(data=sha)
    fixes = [button for button in at.button if str(button.key).startswith("finding.")]
    assert fixes, words(at)
    fixes[0].click().run()
    assert not at.exception
    assert "set" in at.query_params


def test_a_click_on_a_card_chooses_the_network_and_a_preset_its_settings(home):
    at = opened("2_model.py", data=with_sample(home))
    at.button(key="choose.linear").click().run()
    assert not at.exception
    assert at.query_params["set"] == '{"architecture":"linear"}'
    at.number_input(key="training.epochs").set_value(7).run()
    assert not at.exception
    assert '"training.epochs":7' in at.query_params["set"]


@pytest.mark.parametrize("state", ["stopped", "paused"])
def test_a_run_without_a_result_is_told_on_its_page_and_locks_the_later_steps(home, state, monkeypatch):
    monkeypatch.setattr("nnapp.runs.launch.ProcessLauncher.ensure", lambda self: None)  # no worker is wanted here
    run = with_run(home, with_sample(home), state)
    at = opened("3_train.py", run=run.id)
    assert at.title[0].value == "first try"
    locked = [link.proto.label for link in at.sidebar.get("page_link") if link.proto.disabled]
    assert locked == ["Results", "Explain", "Export", "Use"]


def test_the_settings_of_a_run_are_taken_over_to_be_changed(home):
    sha = with_sample(home)
    spec = plan(DataConfig(sha256=sha), "tabular", architecture="mlp", settings={"training.epochs": 3, "model.units": 64})
    run = RunStore(home).create(spec)
    run.request("stop")
    at = opened("2_model.py", run=run.id)
    assert at.number_input(key="training.epochs").value == 3
    assert at.number_input(key="model.mlp.units").value == 64


def test_deleting_a_run_asks_twice(home):
    run = with_run(home, with_sample(home), "stopped")
    at = opened("8_runs.py")
    assert "first try" in str(at.dataframe[0].value)
    assert next(button for button in at.button if button.key == "runs.delete").disabled
    assert run.folder.is_dir()


def hostile_table(home: Path) -> str:
    """A table whose columns, classes and file have names that want to be markup."""
    import csv
    import io

    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([*HOSTILE, "class"])
    for row in range(80):
        writer.writerow([row % 9, HOSTILE[row % 2], row % 5, row % 3, row % 4, HOSTILE[row % 3]])
    return DataStore(home).add_bytes(stream.getvalue().encode(), "<b>:red[x]</b>.csv")


@pytest.mark.parametrize("page", ["1_data.py", "2_model.py"])
def test_names_that_want_to_be_markup_are_shown_as_they_are(home, page):
    at = opened(page, data=hostile_table(home))
    text = words(at)
    for raw in (":red[x]", ":red[*a*]", "<script>", "![b]", "](javascript", "$x$"):
        assert raw not in text, raw


def test_no_page_uses_html_that_is_not_checked():
    for path in (PROJECT / "pages").rglob("*.py"):
        source = path.read_text("utf-8")
        assert "unsafe_allow_html" not in source, path
        assert "st.html(" not in source, path


def test_pages_are_short_and_ask_call_and_show():
    for page in PAGES:
        lines = (PROJECT / "pages" / page).read_text("utf-8").splitlines()
        assert len(lines) <= 80, page


def test_every_picture_and_chart_has_words_for_those_who_cannot_see_it():
    import re

    for path in (PROJECT / "pages").rglob("*.py"):
        source = path.read_text("utf-8")
        for call in re.finditer(r"st\.(image|plotly_chart|dataframe|data_editor)\(", source):
            depth, end = 1, call.end()
            while depth:
                depth += {"(": 1, ")": -1}.get(source[end], 0)
                end += 1
            assert "alt=" in source[call.end() : end], f"{path.name}: {source[call.start() : call.end() + 60]}"


def brought(home: Path, file: Path) -> AppTest:
    """The app after a file was dropped in."""
    at = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=120).run()
    return at.file_uploader[0].upload(file.name, file.read_bytes()).run()


@pytest.mark.accept
def test_every_hostile_file_gets_a_plain_sentence_or_is_opened(home, shared_data):
    files = [file for file in sorted((shared_data / "hostile").rglob("*")) if file.is_file() and file.parent.name in {"csv", "files", "zip"}]
    for file in files:
        at = brought(home, file)
        assert not at.exception, file.name
        assert len(at.error) <= 1, file.name
        assert at.error or at.title[0].value, file.name


@pytest.mark.accept
def test_every_real_table_and_zip_opens_and_is_offered_networks(home, shared_data):
    for file in [*sorted(shared_data.glob("tab_*.csv")), *sorted(shared_data.glob("images_*.zip"))]:
        at = brought(home, file)
        assert not at.exception, file.name
        assert not at.error, file.name
        at.switch_page("pages/2_model.py").run()
        assert not at.exception, file.name
        assert [button.label for button in primary(at)] == ["Train"], file.name


ALL_PAGES = """
import os, sys, warnings
warnings.simplefilter("ignore")
from streamlit.testing.v1 import AppTest
from pages.components import preload, routes
from streamlit.runtime.pages_manager import PagesManager
preload.everything()
at = AppTest.from_file("app.py", default_timeout=60).run()
at.button(key="sample.iris").click().run()
for page in {pages!r}:
    at.switch_page("pages/" + page).run()
    assert not at.exception, at.exception[0].message
import app
print(",".join(name for name in ("tensorflow", "keras", "shap", "numba", "jax") if name in sys.modules))
"""


def test_the_web_process_never_loads_tensorflow_keras_or_shap(tmp_path):
    import os

    done = subprocess.run(
        [sys.executable, "-c", ALL_PAGES.format(pages=PAGES)],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "NNAPP_HOME": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().splitlines()[-1:] in ([], [""]), done.stdout


def test_an_address_of_a_run_that_is_gone_is_no_error(home):
    for page in PAGES:
        at = opened(page, run="20200101-000000-dead")
        assert at.title[0].value


def test_numbers_in_the_side_bar_follow_the_way(home):
    at = opened(data=with_sample(home))
    icons = {link.proto.label: link.proto.icon for link in at.sidebar.get("page_link")}
    assert icons["Data"] == ":material/radio_button_checked:"
    assert icons["Model"] == ":material/radio_button_unchecked:"
    assert icons["Train"] == ":material/lock:"
