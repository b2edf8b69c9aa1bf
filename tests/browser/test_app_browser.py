"""The app as a person meets it: in Chromium, from the first click to the file taken away."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

pytestmark = pytest.mark.browser
TRAINED = 180_000
"""Milliseconds for a small run on a busy machine, the start of TensorFlow included."""


def test_a_deep_link_as_the_first_request_of_a_fresh_server_shows_the_shell(page: Page, tmp_path: Path):
    home = tmp_path / "fresh"
    home.mkdir()
    server = Server(home)
    try:
        page.goto(f"{server.url}/runs?run=nothing")
        expect(page.get_by_role("heading", name="Runs")).to_be_visible()
        rail = page.get_by_test_id("stSidebar")
        for step in ("Data", "Model", "Train", "Results", "Explain", "Export", "Use", "Runs"):
            expect(rail.get_by_text(step, exact=True).first).to_be_visible()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def trained(server: Server, browser) -> str:
    """The address of a run that a newcomer trained from a sample in four clicks."""
    page = browser.new_page()
    page.goto(server.url)
    page.get_by_role("button", name="Begin with Iris").click()
    page.get_by_role("button", name="Choose a network").click()
    page.get_by_text("Quick", exact=True).click()
    expect(page).to_have_url(re.compile("quick"))
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(re.compile(r"/train\?run="))
    expect(page.locator(".nnapp-live").first).to_be_visible(timeout=TRAINED)
    kept_zoom(page)
    expect(page.get_by_role("button", name="See the results")).to_be_visible(timeout=TRAINED)
    address = page.url.partition("?")[2]
    page.close()
    return address


def kept_zoom(page: Page) -> None:
    """A zoom stays while the chart is redrawn, and the chart is never mounted anew."""
    points = "window.box._fullData.reduce((sum, line) => sum + (line._length || 0), 0)"
    page.wait_for_function("document.querySelector('.nnapp-live')?._fullLayout")
    page.evaluate("window.box = document.querySelector('.nnapp-live')")
    page.wait_for_function(f"!window.box.isConnected || {points} > 2", timeout=TRAINED)
    area = page.locator(".nnapp-live .nsewdrag").first.bounding_box()
    if area is None:  # the run has ended already, and the finished chart stands there
        return
    middle = area["y"] + area["height"] / 2
    page.mouse.move(area["x"] + area["width"] * 0.2, middle)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.6, middle, steps=6)
    page.mouse.up()
    zoomed = page.evaluate("window.box._fullLayout.xaxis.range.join()")
    before = page.evaluate(points)
    page.wait_for_function(f"!window.box.isConnected || {points} > {before}", timeout=TRAINED)
    if page.evaluate("window.box.isConnected"):
        assert page.evaluate("window.box._fullLayout.xaxis.range.join()") == zoomed


def test_a_newcomer_gets_a_judged_network_from_a_sample_in_four_clicks(server: Server, page: Page, trained: str):
    page.goto(f"{server.url}/results?{trained}")
    expect(page.get_by_text(re.compile("baseline", re.IGNORECASE)).first).to_be_visible()
    expect(page.get_by_test_id("stMetricLabel").filter(has_text="Balanced accuracy")).to_be_visible()
    share = float(page.get_by_test_id("stMetricValue").first.inner_text().split()[0])
    assert share >= 80, "iris is learned"


def test_a_click_on_a_cell_of_the_confusion_matrix_opens_its_samples(server: Server, page: Page, trained: str):
    page.goto(f"{server.url}/results?{trained}")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    expect(page.get_by_text("23 examples, the worst first.")).to_be_visible()
    page.locator(".js-plotly-plot .scatterlayer .points path").first.click(force=True)
    expect(page.get_by_text(re.compile(r"^\d examples?, the worst first\.$"))).to_be_visible()


def test_the_answer_changes_with_the_row_and_the_true_one_stands_beside_it(server: Server, page: Page, trained: str):
    page.goto(f"{server.url}/use?{trained}")
    answer = page.get_by_test_id("stMetricValue")
    expect(answer).to_have_text(re.compile("setosa|versicolor|virginica"))
    length = page.get_by_label("petal_length_cm")
    length.fill("1.3")
    length.press("Enter")
    width = page.get_by_label("petal_width_cm")
    width.fill("0.2")
    width.press("Enter")
    expect(answer).to_have_text("setosa")
    length.fill("6.5")
    length.press("Enter")
    width.fill("2.4")
    width.press("Enter")
    expect(answer).to_have_text("virginica")


def test_a_file_of_rows_comes_back_with_answers(server: Server, page: Page, trained: str, tmp_path: Path):
    rows = tmp_path / "rows.csv"
    rows.write_text("petal_width_cm,petal_length_cm,sepal_width_cm,sepal_length_cm\n0.2,1.4,3.5,5.1\n2.3,6.1,3.0,7.2\n", "utf-8")
    page.goto(f"{server.url}/use?{trained}")
    page.get_by_role("tab", name="A whole file").click()
    page.locator("input[type=file]").last.set_input_files(str(rows))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 2 answers").click()
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert lines[0].split(",")[0] == "prediction"
    assert [line.split(",")[0] for line in lines[1:]] == ["setosa", "virginica"]


def test_the_bundle_that_is_downloaded_answers_by_itself(server: Server, page: Page, trained: str, tmp_path: Path):
    page.goto(f"{server.url}/export?{trained}")
    page.get_by_role("button", name="Make Bundle").click()
    bundle = page.locator(".st-key-take-bundle button")
    expect(bundle).to_be_visible(timeout=TRAINED)
    with page.expect_download() as download:
        bundle.click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path / "bundle")
    rows = tmp_path / "rows.csv"
    rows.write_text("sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm\n5.1,3.5,1.4,0.2\n7.2,3.0,6.1,2.3\n", "utf-8")
    program = next((tmp_path / "bundle").rglob("predict.py"))
    done = subprocess.run([sys.executable, str(program), str(rows)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [line.split(",")[0] for line in done.stdout.splitlines()[1:]] == ["setosa", "virginica"]


def test_an_explanation_names_the_column_that_moves_the_answers(server: Server, page: Page, trained: str):
    page.goto(f"{server.url}/explain?{trained}")
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.get_by_text(re.compile(r"^petal_\w+_cm moves the answers most: "))).to_be_visible(timeout=TRAINED)
    page.get_by_role("tab", name="One row").click()
    expect(page.get_by_text(re.compile("^The answer is "))).to_be_visible()


def test_a_run_can_be_renamed_and_is_deleted_only_when_asked_twice(server: Server, page: Page, trained: str):
    page.goto(f"{server.url}/results?{trained}")
    page.get_by_role("button", name="Rename").click()
    name = page.get_by_label("Name", exact=True)
    name.fill("my irises")
    name.press("Enter")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("heading", name="my irises")).to_be_visible()
    runs = list((server.home / "runs").glob("2*"))
    assert [(run / "name.txt").read_text("utf-8") for run in runs] == ["my irises"]


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_no_page_is_wider_than_its_screen(server: Server, page: Page, trained: str, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("", "model", "train", "results", "explain", "export", "use", "runs"):
        page.goto(f"{server.url}/{name}?{trained}")
        expect(page.locator("h1").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_an_upload_with_hostile_names_does_nothing_but_show_them(server: Server, page: Page, tmp_path: Path):
    table = tmp_path / "hostile.csv"
    names = ["<img src=x onerror=window.hacked=1>", ":red[a]", "$x$", "class"]
    lines = [",".join([str(row % 7), str(row % 5), str(row % 3), "<script>window.hacked=1</script>" if row % 2 else "[b](javascript:1)"]) for row in range(60)]
    table.write_text("\n".join([",".join(names), *lines]), "utf-8")
    page.goto(server.url)
    page.locator("input[type=file]").first.set_input_files(str(table))
    expect(page.get_by_role("heading", name="hostile.csv")).to_be_visible()
    page.get_by_role("tab", name="Answers").click()
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert page.evaluate("window.hacked") is None
    assert page.locator("a[href^=javascript]").count() == 0


def test_the_chart_script_comes_from_the_server_itself(server: Server, page: Page):
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(server.url)
    expect(page.locator("h1").first).to_be_visible()
    outside = [url for url in requests if not url.startswith((server.url, "data:", "blob:"))]
    assert outside == [], json.dumps(outside)
