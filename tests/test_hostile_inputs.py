"""Every hostile file is read rightly or refused in one plain sentence, quickly, in bounded memory, and harms nothing."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from nnapp.data.checks import run_checks
from nnapp.data.columns import profile
from nnapp.data.findings import Finding
from nnapp.data.pictures import Data, Pictures
from nnapp.data.store import DataStore
from nnapp.data.table import Table
from nnapp.data.target import resolve
from nnapp.errors import DataError
from tests.conftest import PROJECT
from tests.data_files import config

MOST_SECONDS = 20
"""For one file on a busy machine; alone each takes less than three."""
MOST_MEMORY_KB = 700_000

# File to what happens: a sentence that refuses it (from reading or as an error among the findings), or None where it is read.
FILES: dict[str, str | None] = {
    "csv/01_empty.csv": "is empty",
    "csv/02_header_only.csv": "no rows",
    "csv/03_one_column.csv": "one column only",
    "csv/04_duplicate_columns.csv": None,
    "csv/05_ragged_rows.csv": "line 11 has 8, line 21 has 2",
    "csv/06_utf16_bom.csv": None,
    "csv/07_latin1.csv": None,
    "csv/08_nul_bytes.csv": None,
    "csv/09_5000_columns.csv": None,
    "csv/10_single_class_target.csv": "nothing to tell apart",
    "csv/11_all_nan_column.csv": None,
    "csv/12_huge_inf_nonfinite.csv": None,
    "csv/13_constant_column.csv": None,
    "csv/14_class_with_1_sample.csv": None,
    "csv/15_emoji_rtl_formula_html.csv": None,
    "csv/16_semicolon_decimal_comma_latin1.csv": None,
    "files/csv_named.parquet": None,
    "files/csv_named.xlsx": None,
    "files/nested.jsonl": "No column is left",
    "files/no_extension": None,
    "files/ok.jsonl": None,
    "files/ok.parquet": None,
    "files/real.xlsx": None,
    "files/truncated.parquet": "damaged Parquet",
    "files/xml_entity_bomb.xlsx": "XML entities",
    "graph_ts_audio/ts_3_points.csv": "has 3 steps, too few to forecast from",
    "graph_ts_audio/ts_constant.csv": "there is nothing to predict",
    "graph_ts_audio/ts_duplicate_and_gaps.csv": None,
    "graph_ts_audio/ts_impossible_dates.csv": "Only 5 rows",
    "graph_ts_audio/ts_mixed_timezones.csv": "has 16 steps, too few to forecast from",
    "graph_ts_audio/ts_shuffled.csv": None,
    "zip/00_control_ok.zip": None,
    "zip/01_zip_slip.zip": None,
    "zip/02_zip_bomb_1100MB.zip": "unpacks from 1.1 MB to 1,100 MB",
    "zip/03_truncated_corrupt_jpegs.zip": None,
    "zip/04_png_absurd_dimensions.zip": None,
    "zip/05_nested_zips.zip": "other archives",
    "zip/06_symlink.zip": None,
    "zip/07_20000_tiny_files.zip": "20,000 files and none is a picture",
    "zip/08_flat_no_class_folders.zip": "no class folders",
    "zip/09_one_class_folder.zip": "nothing to tell apart",
    "zip/10_mac_windows_junk.zip": None,
    "zip/11_mixed_image_modes.zip": None,
}


@pytest.fixture
def hostile(shared_data: Path) -> Path:
    return shared_data / "hostile"


def brought(store: DataStore, path: Path) -> tuple[Data | None, tuple[Finding, ...] | DataError]:
    """What a person gets who brings this file: data with findings, or the one error."""
    try:
        data = store.open(store.add(path))
        return data, run_checks(data, config())
    except DataError as error:
        return None, error


def refusal(findings: tuple[Finding, ...] | DataError) -> str | None:
    if isinstance(findings, DataError):
        return f"{findings.problem} {findings.remedy}"
    return next((f"{finding.problem} {finding.remedy}" for finding in findings if finding.severity == "error"), None)


@pytest.mark.parametrize(("name", "words"), FILES.items(), ids=str)
def test_every_hostile_file_is_read_rightly_or_refused_in_a_sentence(hostile: Path, tmp_path: Path, name: str, words: str | None):
    start = time.process_time()
    _, findings = brought(DataStore(tmp_path), hostile / name)
    sentence = refusal(findings)
    assert time.process_time() - start < MOST_SECONDS
    assert (sentence is None) == (words is None), sentence
    if words is not None:
        assert words in sentence
        assert len(sentence) < 400
        assert str(tmp_path) not in sentence


def test_no_file_of_the_hostile_set_is_left_untried(hostile: Path):
    there = {f"{folder}/{path.name}" for folder in ("csv", "files", "zip") for path in (hostile / folder).iterdir()}
    there |= {f"graph_ts_audio/{path.name}" for path in (hostile / "graph_ts_audio").glob("ts_*")}
    odd_names = {name for name in there if len(name) > 100 or "ünï" in name}
    assert there - odd_names == set(FILES)
    assert len(odd_names) == 2


def test_files_of_odd_names_are_read_under_their_names(hostile: Path, tmp_path: Path):
    store = DataStore(tmp_path)
    for path in (hostile / "files").iterdir():
        if len(path.name) > 100 or "ünï" in path.name:
            data, findings = brought(store, path)
            assert isinstance(data, Table)
            assert (data.rows, refusal(findings)) == (120, None)
            assert data.name[:50] == path.name[:50]


def test_letters_survive_whatever_their_encoding(hostile: Path, tmp_path: Path):
    store = DataStore(tmp_path)

    def cities(name: str) -> set[str | None]:
        data = store.open(store.add(hostile / "csv" / name))
        assert isinstance(data, Table)
        return set(data.cells("city"))

    assert {"東京", "Αθήνα"} <= cities("06_utf16_bom.csv")
    assert {"Málaga", "São Paulo", "Zürich"} <= cities("07_latin1.csv")


def test_german_money_dates_and_commas_are_numbers(hostile: Path, tmp_path: Path):
    store = DataStore(tmp_path)
    data = store.open(store.add(hostile / "csv" / "16_semicolon_decimal_comma_latin1.csv"))
    assert isinstance(data, Table)
    found = {column.name: column for column in profile(data)}
    assert {name: column.type for name, column in found.items()} == {"Datum": "date", "Umsatz": "money", "Größe": "number", "Klasse": "category"}
    assert found["Datum"].date_format == "dmy"
    assert 1_000 < (found["Umsatz"].maximum or 0) < 10_000
    assert found["Größe"].unreadable == 0


def test_cells_and_names_with_code_in_them_stay_text(hostile: Path, tmp_path: Path):
    store = DataStore(tmp_path)
    data = store.open(store.add(hostile / "csv" / "15_emoji_rtl_formula_html.csv"))
    assert isinstance(data, Table)
    assert data.columns == ("x0", "=x1()", "😀", "عمود", "target", "<b>note</b>")
    cells = data.cells("<b>note</b>")
    assert {"=1+1", "<script>alert(1)</script>", "NULL", "../../etc/passwd"} <= set(cells)
    assert resolve(data, config()).target == "target"


def pictures_of(hostile: Path, tmp_path: Path, name: str) -> Pictures:
    store = DataStore(tmp_path)
    data = store.open(store.add(hostile / "zip" / name))
    assert isinstance(data, Pictures)
    return data


@pytest.mark.parametrize(
    ("name", "rows", "skipped"),
    [
        ("00_control_ok.zip", 24, 0),
        ("01_zip_slip.zip", 24, 5),
        ("03_truncated_corrupt_jpegs.zip", 24, 6),
        ("04_png_absurd_dimensions.zip", 26, 2),
        ("06_symlink.zip", 24, 2),
        ("10_mac_windows_junk.zip", 24, 0),
        ("11_mixed_image_modes.zip", 24, 0),
    ],
)
def test_sound_pictures_are_kept_and_the_others_listed(hostile: Path, tmp_path: Path, name: str, rows: int, skipped: int):
    data = pictures_of(hostile, tmp_path, name)
    assert (data.rows, len(data.skipped), len(data.class_names)) == (rows, skipped, 2)
    assert data.load(16, 3).shape == (rows, 16, 16, 3)
    assert all(reason for _, reason in data.skipped)


BRING_ALL = """
import pathlib, sys
from nnapp.data.checks import run_checks
from nnapp.data.specs import DataConfig
from nnapp.data.store import DataStore
from nnapp.errors import DataError
store = DataStore(pathlib.Path(sys.argv[1]))
for name in sys.argv[2:]:
    try:
        run_checks(store.open(store.add(pathlib.Path(name))), DataConfig(sha256="0" * 64))
    except DataError:
        pass
(peak,) = (line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(peak)  # ru_maxrss would begin with the size of the process that started this one
"""


def test_memory_stays_bounded_no_canary_appears_and_nothing_is_written_outside(hostile: Path, tmp_path: Path):
    temporary = Path(tempfile.gettempdir())
    before = set(temporary.glob("evil*")) | set(temporary.glob("CANARY*"))
    home = tmp_path / "inner" / "models"
    names = [str(hostile / name) for name in FILES]
    done = subprocess.run([sys.executable, "-c", BRING_ALL, str(home), *names], capture_output=True, text=True, cwd=PROJECT, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < MOST_MEMORY_KB
    assert set(temporary.glob("evil*")) | set(temporary.glob("CANARY*")) == before
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]
    written = {path.name for path in home.rglob("*") if path.is_file()}
    assert written == {"upload", "about.json", "pictures.json"}
    assert not any(path.is_symlink() for path in home.rglob("*"))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "ts_duplicate_and_gaps.csv",
            {"stamps_doubled": "10 rows share their step", "stamps_missing": "60 steps of 200 lack a row", "stamps_unsorted": "sorted"},
        ),
        ("ts_impossible_dates.csv", {"impossible_dates": "3 cells name no day that there is ('2023-02-30', '2023-13-01' and '0000-00-00')"}),
        ("ts_mixed_timezones.csv", {"stamps_zones": "turned to UTC", "stamps_doubled": "27 rows share their step"}),
        ("ts_shuffled.csv", {"stamps_unsorted": "not in the order"}),
    ],
)
def test_what_is_wrong_with_a_series_is_told_before_anything_is_trained(hostile: Path, tmp_path: Path, name: str, told: dict[str, str]):
    _, findings = brought(DataStore(tmp_path), hostile / "graph_ts_audio" / name)
    assert not isinstance(findings, DataError)
    known = {finding.code: f"{finding.problem} {finding.remedy}" for finding in findings}
    for code, words in told.items():
        assert words in known[code]
