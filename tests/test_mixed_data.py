"""Numbers, categories, dates, texts and pictures of one table, side by side."""

import csv
import io
import json
import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nnapp.data.checks import run_checks
from nnapp.data.picture_table import PictureTable
from nnapp.data.pictures import Pictures
from nnapp.data.prepare import prepare
from nnapp.data.readers import read
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.splits import assign_parts
from nnapp.data.store import DataStore
from nnapp.data.target import resolve
from nnapp.errors import DataError
from nnapp.portable.beside import Beside, beside_table
from nnapp.portable.errors import PortableError
from nnapp.portable.inputs import PICTURE_SUFFIXES, from_rows
from nnapp.runs.answering import beside
from tests.data_files import as_table, config, picture_bytes, two_classes, zipped

SAID = ("the flat is bright and quiet and near the park", "the flat is dark and damp and far from all shops")


def flats(rows: int = 80, **more: object) -> dict[str, list[object]]:
    """A number, a category, a date and a text a row."""
    columns = {
        "size": [20 + row % 37 for row in range(rows)],
        "district": [("north", "south", "west")[row % 3] for row in range(rows)],
        "built": [f"19{50 + row % 40}-0{1 + row % 9}-12" for row in range(rows)],
        "said": [f"{SAID[row % 2]} {row}" for row in range(rows)],
        "sold": [("yes", "no")[row % 2] for row in range(rows)],
    }
    return {**columns, **more}


def as_csv(columns: dict[str, list[object]]) -> bytes:
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return lines.getvalue().encode()


def shop(rows: int = 60, folder: str = "img/") -> dict[str, bytes]:
    """A table beside the pictures that it names."""
    columns = {
        "image": [f"{row:03}.png" for row in range(rows)],
        "price": [3 + row % 11 for row in range(rows)],
        "kind": ["ab"[row % 2] for row in range(rows)],
    }
    return {"shop.csv": as_csv(columns)} | {f"{folder}{row:03}.png": picture_bytes(seed=row) for row in range(rows)}


def prepared(path: Path, tmp_path: Path, **settings: object):
    store = DataStore(tmp_path / "home")
    return prepare(store, DataConfig(sha256=store.add(path), **settings), SplitSpec(), PreprocessingConfig(), bins=True)


def codes(data, **settings: object):
    return {finding.code: finding for finding in run_checks(data, config(**settings))}


def test_sentences_beside_other_columns_are_read_with_them_and_one_click_leaves_them_out():
    table = as_table(flats())
    assert resolve(table, config()).data == "mixed"
    told = codes(table)["texts_beside"]
    assert told.fix == {"data.kind": "tabular"}
    left = codes(table, kind="tabular")
    assert left["free_text"].fix == {"data.kind": "mixed"}
    assert left["free_text"].fix_label == "Read the texts too"
    assert "texts_beside" not in codes(table, kind="mixed")


def test_names_are_no_sentences_so_the_table_stays_a_table_until_it_is_asked_otherwise():
    names = [f"Mr. {first} {last} {index}" for index in range(9) for first in ("Owen", "James", "Anna") for last in ("Harris", "Allen", "Palsson")][:80]
    table = as_table(flats(said=names))
    assert resolve(table, config()).data == "tabular"
    assert "often names" in codes(table)["free_text"].remedy
    assert resolve(table, config(types={"said": "text"})).data == "mixed"
    assert resolve(table, config(kind="mixed")).data == "mixed"
    assert resolve(table, config(kind="text")).data == "text"


def test_scripts_without_blanks_have_words_too():
    table = as_table(flats(said=[f"这间公寓很亮而且很安静离公园也很近{row}" * 4 for row in range(80)]))
    assert resolve(table, config()).data == "mixed"


def test_every_kind_of_column_becomes_an_input_of_its_own_as_it_would_alone(tmp_path):
    (tmp_path / "flats.csv").write_bytes(as_csv(flats()))
    mixed = prepared(tmp_path / "flats.csv", tmp_path)
    assert {name: spec.role for name, spec in mixed.data.inputs.items()} == {"features": "features", "tokens": "tokens"}
    table = prepared(tmp_path / "flats.csv", tmp_path, kind="tabular")
    text = prepared(tmp_path / "flats.csv", tmp_path, kind="text")
    for part in ("train", "test"):
        np.testing.assert_array_equal(mixed.parts[part].x["features"], table.parts[part].x["features"])
        np.testing.assert_array_equal(mixed.parts[part].x["tokens"], text.parts[part].x["tokens"])
    assert mixed.data.inputs["features"].encoding == table.data.inputs["features"].encoding
    assert mixed.preprocessing.names == ("size", "district", "built", "said")


def test_a_bundle_gets_the_very_arrays_from_raw_rows(tmp_path):
    path = zipped(tmp_path, shop(), "shop.zip")
    mixed = prepared(path, tmp_path, target="kind")
    plain = json.loads(json.dumps(mixed.preprocessing.portable()))
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked")
    test = mixed.parts.test
    table = read(tmp_path / "unpacked" / "shop.csv", "shop.csv")
    cells = {name: table.cells(name, test.ids) for name in table.columns}
    made = from_rows(cells, plain, opened=beside_table(tmp_path / "unpacked" / "shop.csv", PICTURE_SUFFIXES))
    assert set(made) == set(test.x) == {"features", "picture"}
    for name, array in made.items():
        np.testing.assert_array_equal(array, test.x[name])


def test_labels_numbers_and_weights_of_rows_go_with_texts(tmp_path):
    columns = flats(sold=["bright|quiet" if row % 2 else "dark" for row in range(80)], counts=[1 + row % 2 for row in range(80)])
    (tmp_path / "flats.csv").write_bytes(as_csv(columns))
    labels = prepared(tmp_path / "flats.csv", tmp_path, target="sold", weight_column="counts")
    assert (labels.task.kind, labels.data.kind) == ("multilabel", "mixed")
    assert set(np.round(labels.parts.train.weights / labels.parts.train.weights.min(), 3)) == {1.0, 2.0}
    number = prepared(tmp_path / "flats.csv", tmp_path, target="size", task="regression")
    assert (number.task.kind, set(number.data.inputs)) == ("regression", {"features", "tokens"})


def test_empty_huge_and_foreign_texts_constant_ones_and_impossible_dates_are_read_with_a_word(tmp_path):
    odd = {0: "", 2: "👍🏽 " * 9, 4: "слово " * 12, 6: "x" * 5_000_000, 8: "word"}
    columns = flats(said=[odd.get(row, f"{SAID[row % 2]} {row}") for row in range(80)], same=["the same words in every single row of it"] * 80)
    columns["built"] = ["2023-02-31" if row < 4 else cell for row, cell in enumerate(columns["built"])]
    (tmp_path / "odd.csv").write_bytes(as_csv(columns))
    table = read(tmp_path / "odd.csv", "odd.csv")
    told = codes(table, types={"same": "text"})
    assert resolve(table, config()).data == "mixed"
    assert "100,000 characters" in told["huge_texts"].problem
    made = prepared(tmp_path / "odd.csv", tmp_path, types={"same": "text"})
    assert set(made.data.inputs) == {"features", "tokens", "tokens_2"}
    assert all(np.isfinite(made.parts.train.x["features"]).ravel())


def test_texts_without_a_word_that_recurs_are_left_out_and_the_table_is_learned_from(tmp_path):
    chance = np.random.default_rng(0)
    said = [" ".join("".join(chance.choice(list("abcdefgh"), 9)) for _ in range(10)) for _ in range(80)]
    (tmp_path / "odd.csv").write_bytes(as_csv(flats(said=said)))
    store = DataStore(tmp_path / "home")
    data = DataConfig(sha256=store.add(tmp_path / "odd.csv"))
    made = prepare(store, data, SplitSpec(), PreprocessingConfig(words="whole"), bins=True)
    assert set(made.data.inputs) == {"features"}
    assert any(finding.code == "texts_left_out" for finding in made.findings)


@pytest.mark.parametrize(("columns", "left"), [(("said",), "'said' is left out."), (("said", "more"), "'said' and 'more' are left out.")])
def test_columns_of_text_that_say_nothing_are_named_one_by_one_or_together(tmp_path, columns, left):
    words = {name: [f"w{name}{row}" * 3 + " " + f"{name}{row}" * 4 for row in range(80)] for name in columns}
    (tmp_path / "odd.csv").write_bytes(as_csv({"size": [row % 37 for row in range(80)], **words, "sold": [("yes", "no")[row % 2] for row in range(80)]}))
    store = DataStore(tmp_path / "home")
    asked = DataConfig(sha256=store.add(tmp_path / "odd.csv"), kind="mixed", types=dict.fromkeys(columns, "text"))
    made = prepare(store, asked, SplitSpec(), PreprocessingConfig(words="whole"), bins=True)
    (told,) = (finding for finding in made.findings if finding.code == "texts_left_out")
    assert told.problem.endswith(left)


def test_a_zip_with_a_table_that_names_its_pictures_is_read_as_rows_with_pictures(tmp_path):
    data = read(zipped(tmp_path, shop(), "shop.zip"), "shop.zip")
    assert isinstance(data, PictureTable)
    assert (data.column, data.rows, data.pictures.rows) == ("image", 60, 60)
    assert data.picture_of(7) == "img/007.png"
    asked = resolve(data, config())
    assert (asked.data, asked.target) == ("mixed", "kind")
    assert {"pictures_named"} <= set(codes(data))
    assert codes(data, kind="tabular")["pictures_left_out"].fix == {"data.kind": "mixed"}
    (named,) = (finding for finding in data.findings if finding.code == "pictures_named")
    left_out = config(types=named.fix["data.types"])
    assert resolve(data, left_out).data == "tabular"
    assert "pictures_left_out" not in codes(data, types=named.fix["data.types"])
    pixels = data.load(8, 3, np.array([3, 1]))
    np.testing.assert_array_equal(pixels[0], data.pictures.load(8, 3, np.array([3]))[0])


@pytest.mark.parametrize("written", ["img/{}.png", "./img/{}.png", "IMG\\{}.PNG", "{}.png", "{}", "data/img/{}.png"])
def test_pictures_are_found_however_people_write_their_names(tmp_path, written):
    files = {f"data/{name}": content for name, content in shop().items()}
    columns = {"image": [written.format(f"{row:03}") for row in range(60)], "price": list(range(60)), "kind": ["ab"[row % 2] for row in range(60)]}
    data = read(zipped(tmp_path, {**files, "data/shop.csv": as_csv(columns)}, "shop.zip"), "shop.zip")
    assert isinstance(data, PictureTable)
    assert [data.picture_of(row) for row in (0, 59)] == ["data/img/000.png", "data/img/059.png"]


def test_rows_without_a_picture_are_told_with_the_reasons_and_shown_a_black_one_or_left_out(tmp_path):
    files = shop()
    names = [f"{row:03}.png" for row in range(60)]
    names[:5] = ["", "lost.png", "../000.png", "twice.png", "/etc/passwd.png"]
    columns = {"image": names, "price": [3 + row % 11 for row in range(60)], "kind": ["ab"[row % 2] for row in range(60)]}
    files |= {"shop.csv": as_csv(columns), "img/twice.png": picture_bytes(seed=1), "more/twice.png": picture_bytes(seed=2), "img/005.png": b"no picture"}
    path = zipped(tmp_path, files, "shop.zip")
    data = read(path, "shop.zip")
    told = next(finding for finding in data.findings if finding.code == "pictures_missing")
    assert told.problem.startswith("6 rows have no picture")
    for reason in (
        "empty cell",
        "not in the zip ('lost.png')",
        "points outside the zip ('../000.png')",
        "several pictures have, in different folders",
        "cannot be opened",
    ):
        assert reason in told.problem
    assert told.fix == {"data.skip_bad_rows": True}
    assert data.places[:6].tolist() == [-1] * 6
    assert not data.load(8, 3, np.array([0])).any()
    kept = prepared(path, tmp_path, target="kind")
    fewer = prepared(path, tmp_path, target="kind", skip_bad_rows=True)
    assert (sum(kept.parts.rows.values()), sum(fewer.parts.rows.values())) == (60, 54)
    assert all(array.reshape(len(array), -1).any(axis=1).all() for array in (fewer.parts.train.x["picture"], fewer.parts.test.x["picture"]))


def test_names_and_labels_alone_are_enough_and_the_table_may_be_a_workbook(tmp_path):
    import pandas as pd

    files = shop()
    labels = pd.DataFrame({"image": [f"{row:03}" for row in range(60)], "label": ["ab"[row % 2] for row in range(60)]})
    labels.to_excel(tmp_path / "labels.xlsx", index=False)
    del files["shop.csv"]
    made = prepared(zipped(tmp_path, {**files, "labels.xlsx": (tmp_path / "labels.xlsx").read_bytes()}, "kaggle.zip"), tmp_path)
    assert set(made.data.inputs) == {"picture"}
    assert made.task.class_names in {("a", "b"), ("b", "a")}


def test_links_and_names_that_lead_out_of_the_zip_are_no_pictures(tmp_path):
    files = shop()
    path = zipped(tmp_path, {name: content for name, content in files.items() if name not in {"img/003.png", "img/004.png"}}, "odd.zip")
    link = zipfile.ZipInfo("img/003.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/hostname")
        archive.writestr("../004.png", files["img/004.png"])
    data = read(path, "odd.zip")
    assert isinstance(data, PictureTable)
    assert data.places[3] == data.places[4] == -1
    told = next(finding for finding in data.findings if finding.code == "pictures_missing").problem
    assert told.startswith("2 rows have no picture")
    assert "links are not followed" in told
    assert "points outside the archive" in told


def test_rows_that_share_a_picture_are_told_and_a_click_keeps_them_together(tmp_path):
    columns = {"image": [f"{row % 30:03}.png" for row in range(60)], "price": [3 + row % 11 for row in range(60)], "kind": ["ab"[row % 2] for row in range(60)]}
    path = zipped(tmp_path, {**shop(), "shop.csv": as_csv(columns)}, "shop.zip")
    assert "pictures_shared" not in codes(read(zipped(tmp_path, shop(), "once.zip"), "once.zip"))
    told = codes(read(path, "shop.zip"))["pictures_shared"]
    assert told.problem.startswith("30 pictures are named by several rows")
    store = DataStore(tmp_path / "home")
    split = SplitSpec(**{name.removeprefix("split."): value for name, value in told.fix.items()})
    made = prepare(store, DataConfig(sha256=store.add(path), target="kind"), split, PreprocessingConfig(), bins=True)
    rows = {part: {int(row) % 30 for row in made.parts[part].ids} for part in ("train", "validation", "test")}
    assert not rows["train"] & rows["test"]


def test_an_index_of_class_folders_is_no_table_to_learn_from(tmp_path):
    pictures = two_classes()
    index = {"file": list(pictures), "Size": [2_000 + 7 * row for row in range(24)], "label_id": [name.startswith("dog") + 0 for name in pictures]}
    path = zipped(tmp_path, {**pictures, "metadata.csv": as_csv(index)}, "x.zip")
    for kind in ("auto", "pictures"):
        data = read(path, "x.zip", kind=kind)
        assert isinstance(data, Pictures)
        assert resolve(data, config(kind=kind)).class_names == ("cat", "dog")
        assert "table_beside" not in {finding.code for finding in data.findings}
    assert isinstance(read(path, "x.zip", kind="tabular"), PictureTable), "as rows to be answered, which lack the answer"


def test_class_folders_with_a_table_that_says_more_are_taken_either_way_by_a_click(tmp_path):
    pictures = two_classes()
    index = {"file": list(pictures), "width": [9 + row % 5 for row in range(24)], "mood": ["good" if row % 3 else "bad" for row in range(24)]}
    store = DataStore(tmp_path / "home")
    sha = store.add(zipped(tmp_path, {**pictures, "index.csv": as_csv(index)}, "x.zip"))
    table = store.open(sha)
    assert resolve(table, config()).target == "mood"
    (told,) = (finding for finding in table.findings if finding.code == "folders_beside")
    assert told.fix == {"data.kind": "pictures", "data.target": None, "data.task": None}
    folders = store.open(sha, kind="pictures")
    assert isinstance(folders, Pictures)
    assert resolve(folders, config(kind="pictures")).target == "class"
    (back,) = (finding for finding in folders.findings if finding.code == "table_beside")
    assert back.fix == {"data.kind": "mixed"}
    again = [store.open(sha, kind=kind) for kind in ("mixed", "auto", "pictures")]
    assert [type(data) for data in again] == [PictureTable, PictureTable, Pictures]


def test_one_picture_named_in_two_ways_is_one_group_and_rows_without_a_picture_are_their_own(tmp_path):
    names = [("img/{:03}.png" if row < 30 else "{:03}.png").format(row % 30) for row in range(60)]
    names[:4] = ["lost.png"] * 4
    columns = {"image": names, "price": [3 + row % 11 for row in range(60)], "kind": ["ab"[row % 2] for row in range(60)]}
    data = read(zipped(tmp_path, {**shop(), "shop.csv": as_csv(columns)}, "shop.zip"), "shop.zip")
    for seed in range(3):
        divided = assign_parts(data, resolve(data, config()), SplitSpec(how="group", column="image", seed=seed))
        assert divided.parts[4:30].tolist() == divided.parts[34:].tolist()
        assert len(set(divided.parts[4:30])) == 3
    drawn = {tuple(assign_parts(data, resolve(data, config()), SplitSpec(how="group", column="image", seed=seed)).parts[:4]) for seed in range(6)}
    assert any(len(set(parts)) > 1 for parts in drawn), "they share a name, but no picture"


def test_a_zip_of_its_own_may_be_the_official_test_part(tmp_path):
    store = DataStore(tmp_path / "home")
    train, test = (store.add(zipped(tmp_path, shop(rows, folder), f"{rows}.zip")) for rows, folder in ((60, "img/"), (24, "other/")))
    made = prepare(store, DataConfig(sha256=train, test_sha256=test, target="kind"), SplitSpec(), PreprocessingConfig(), bins=True)
    assert made.parts.rows == {"train": 51, "validation": 9, "test": 24}
    assert made.parts.test.x["picture"].reshape(24, -1).any(axis=1).all()


def test_what_is_no_table_of_pictures_says_so(tmp_path):
    pictures = {f"img/{row}.jpeg": picture_bytes(seed=row) for row in range(12)}
    other = as_csv({"name": [f"thing {row}" for row in range(12)], "y": [row % 2 for row in range(12)]})
    with pytest.raises(DataError, match=r"No column of 'a.csv' in x.zip names the pictures"):
        read(zipped(tmp_path, {**pictures, "a.csv": other}, "x.zip"), "x.zip")
    named = as_csv({"file": [f"{row}.jpeg" for row in range(12)], "y": [row % 2 for row in range(12)]})
    with pytest.raises(DataError, match=r"several tables that name its pictures: 'a.csv' and 'b.csv'"):
        read(zipped(tmp_path, {**pictures, "a.csv": named, "b.csv": named}, "x.zip"), "x.zip")
    assert isinstance(read(zipped(tmp_path, {**two_classes(), "notes.csv": other}, "x.zip"), "x.zip"), Pictures)
    broken = {f"{row}.jpeg": b"no picture" for row in range(12)}
    with pytest.raises(DataError, match="None of the pictures"):
        read(zipped(tmp_path, {**broken, "a.csv": named}, "x.zip"), "x.zip")


def test_an_entry_that_a_zip_holds_twice_is_one_file():
    beside = Beside(["img/1.png", "img/2.png", "img/1.png"])
    assert beside.find("1.png") == beside.find("1") == ("img/1.png",)


def test_a_table_that_does_not_open_is_blamed_itself(tmp_path):
    pictures = {f"img/{row}.jpeg": picture_bytes(seed=row) for row in range(12)}
    with pytest.raises(DataError, match=r"labels\.xlsx") as told:
        read(zipped(tmp_path, {**pictures, "labels.xlsx": b"PK\x03\x04 cut short"}, "x.zip"), "x.zip")
    assert "No column of" not in told.value.problem
    named = as_csv({"file": [f"{row}.jpeg" for row in range(12)], "y": [row % 2 for row in range(12)]})
    found = read(zipped(tmp_path, {**pictures, "labels.xlsx": b"PK\x03\x04 cut short", "a.csv": named}, "x.zip"), "x.zip")
    assert isinstance(found, PictureTable)


def test_numbers_are_not_taken_for_the_names_of_pictures(tmp_path):
    columns = {"age": [row % 20 for row in range(60)], "image": [f"{row}.png" for row in range(60)], "y": ["ab"[row % 2] for row in range(60)]}
    files = {f"{row}.png": picture_bytes(seed=row) for row in range(60)}
    data = read(zipped(tmp_path, {**files, "t.csv": as_csv(columns)}, "x.zip"), "x.zip")
    assert isinstance(data, PictureTable)
    assert data.column == "image"


def test_a_folder_is_packed_with_its_table_and_opened_without_decoding_twice(tmp_path):
    folder = tmp_path / "shop"
    for name, content in shop().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    store = DataStore(tmp_path / "home")
    sha = store.add(folder)
    first, again = store.open(sha), store.open(sha)
    assert isinstance(first, PictureTable)
    assert isinstance(again, PictureTable)
    assert first.pictures.paths == again.pictures.paths
    assert (tmp_path / "home" / "data" / sha / "pictures_seen.json").is_file()


def test_a_table_alone_that_names_pictures_is_told_how_to_bring_them():
    columns = {"image": [f"img/{row}.jpg" for row in range(40)], "price": list(range(40)), "y": ["ab"[row % 2] for row in range(40)]}
    assert "Zip the table together with the pictures" in codes(as_table(columns))["pictures_not_here"].remedy
    (refused,) = run_checks(as_table(columns), config(types={"image": "picture"}))
    assert refused.severity == "error"
    assert refused.problem == "Column 'image' names no pictures that came with the table."


def test_at_use_a_picture_that_is_named_and_not_there_is_an_error_and_an_empty_cell_is_none(tmp_path):
    mixed = prepared(zipped(tmp_path, shop(), "shop.zip"), tmp_path, target="kind")
    plain = mixed.preprocessing.portable()
    Image.new("RGB", (9, 9), (250, 0, 0)).save(tmp_path / "red.png")
    opened = beside_table(tmp_path / "t.csv", PICTURE_SUFFIXES)
    made = from_rows({"image": ["red.png", None], "price": ["3", "4"]}, plain, opened=opened)
    assert made["picture"][0].any()
    assert not made["picture"][1].any()
    with pytest.raises(PortableError, match=r"no picture 'blue.png' beside t.csv. So it is with 2 rows"):
        from_rows({"image": ["blue.png", "red.png", "lost.png"], "price": ["3", "3", "3"]}, plain, opened=opened)
    with pytest.raises(PortableError, match="no pictures came with them"):
        from_rows({"image": ["red.png"], "price": ["3"]}, plain)


def test_a_zip_brought_to_be_answered_gives_the_pictures_that_its_table_names(tmp_path):
    path = zipped(tmp_path, shop(), "shop.zip")
    mixed = prepared(path, tmp_path, target="kind")
    table = read(path, path.name)
    plain = mixed.preprocessing.portable()
    cells = {name: table.cells(name, mixed.parts.test.ids) for name in table.columns}
    with beside(table, path, plain) as opened:
        np.testing.assert_array_equal(from_rows(cells, plain, opened=opened)["picture"], mixed.parts.test.x["picture"])
        with pytest.raises(PortableError, match=r"shop.zip has no picture 'lost.png' that opens"):
            from_rows({"image": ["lost.png"], "price": ["3"]}, plain, opened=opened)


def test_titanic_and_a_table_without_sentences_stay_tables(shared_data):
    for name in ("tab_titanic.csv", "tab_messy_marketing_campaign.csv", "tab_mushrooms.csv", "tab_bike_sharing_hourly.csv"):
        table = read(shared_data / name, name)
        assert resolve(table, config()).data == "tabular", name
