"""A table whose texts are all there is to learn from is read word by word."""

import json
import zipfile

import numpy as np
import pytest

from nnapp.data.checks import run_checks
from nnapp.data.prepare import prepare
from nnapp.data.readers import read
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.data.target import resolve
from nnapp.errors import DataError
from nnapp.portable.inputs import from_rows
from nnapp.portable.texts import text_rows

SHA = "0" * 64


def write(path, rows, header="text,label"):
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def mail(tmp_path):
    said = ["win a free prize now", "see you at home tonight", "free money, call now!", "what time is dinner"]
    rows = [f'"{said[index % 4]} number {index}",{"spam" if index % 2 == 0 else "ham"}' for index in range(80)]
    return write(tmp_path / "mail.csv", rows)


def prepared(path, tmp_path, settings=None, **config):
    store = DataStore(tmp_path / "home")
    return prepare(store, DataConfig(sha256=store.add(path), **config), SplitSpec(), PreprocessingConfig(**(settings or {})), bins=True)


def test_a_table_of_texts_and_labels_is_asked_as_text(mail):
    table = read(mail, mail.name)
    assert resolve(table, DataConfig(sha256=SHA)).data == "text"
    assert not [finding for finding in run_checks(table, DataConfig(sha256=SHA)) if finding.severity == "error"]


def test_a_table_with_other_columns_to_learn_from_stays_a_table_until_it_is_asked_as_text(tmp_path):
    rows = [f'{index % 7},"some words here about thing {index}",{"ab"[index % 2]}' for index in range(60)]
    table = read(write(tmp_path / "both.csv", rows, "size,text,label"), "both.csv")
    assert resolve(table, DataConfig(sha256=SHA)).data == "tabular"
    assert resolve(table, DataConfig(sha256=SHA, kind="text")).data == "text"


def test_words_are_learned_from_the_train_part_only(mail, tmp_path):
    made = prepared(mail, tmp_path)
    words = made.preprocessing.vocabulary
    assert {"free", "now", "dinner"} <= set(words)
    assert words[:2] == ("[PAD]", "[UNK]")
    tokens = made.parts.train.x["tokens"]
    assert tokens.dtype == np.int32
    assert tokens.max() < len(words)
    other = write(tmp_path / "other.csv", [f'"zebra zebra {index}",ham' for index in range(20)])
    store = DataStore(tmp_path / "home")
    official = prepare(store, DataConfig(sha256=store.add(mail), test_sha256=store.add(other)), SplitSpec(), PreprocessingConfig(words="whole"), bins=False)
    assert "zebra" not in official.preprocessing.vocabulary
    assert (official.parts.test.x["tokens"][:, 0] == 1).all()


def test_what_a_bundle_carries_gives_the_very_tokens(mail, tmp_path):
    made = prepared(mail, tmp_path)
    plain = json.loads(json.dumps(made.preprocessing.portable()))
    table = read(mail, mail.name)
    cells = {"text": table.cells("text", made.parts.test.ids)}
    np.testing.assert_array_equal(from_rows(cells, plain)["tokens"], made.parts.test.x["tokens"])


def test_two_columns_of_text_share_their_words(tmp_path):
    rows = [f'"a short title {index}","and a longer body text about {index}",{"ab"[index % 2]}' for index in range(60)]
    made = prepared(write(tmp_path / "two.csv", rows, "title,body,label"), tmp_path)
    assert list(made.data.inputs) == ["tokens", "tokens_2"]
    assert made.preprocessing.names == ("title", "body")


def test_long_texts_are_cut_with_a_finding_that_reads_more(tmp_path):
    rows = [f'"{"word other " * 200} {index}",{"ab"[index % 2]}' for index in range(40)]
    made = prepared(write(tmp_path / "long.csv", rows), tmp_path)
    assert made.data.inputs["tokens"].shape == (256,)
    told = next(finding for finding in made.findings if finding.code == "texts_cut")
    assert told.fix == {"preprocessing.length": 512}
    assert prepared(tmp_path / "long.csv", tmp_path, {"length": 512}).data.inputs["tokens"].shape == (512,)


def test_empty_one_word_and_huge_texts_other_scripts_and_emoji_are_read_with_a_finding(tmp_path):
    odd = ["", "null", "👍🏽 👍🏽", "東京 東京", "слово", "x" * 5_000_000]
    rows = [f'"{odd[index % 6] if index < 12 else f"plain words number {index}"}",{"ab"[index % 2]}' for index in range(90)]
    path = write(tmp_path / "odd.csv", rows)
    table = read(path, path.name)
    codes = {finding.code: finding for finding in run_checks(table, DataConfig(sha256=SHA, types={"text": "text"}))}
    assert codes["empty_texts"].problem.startswith("2 rows have no text")
    assert "100,000 characters" in codes["huge_texts"].problem
    made = prepared(path, tmp_path, types={"text": "text"})
    assert "null" in made.preprocessing.vocabulary or made.preprocessing.words == "pieces"
    assert sum(made.parts.rows.values()) == 90


def test_texts_in_scripts_without_blanks_and_in_emoji_are_texts_and_no_identifiers(tmp_path):
    scripts = ["สวัสดีครับขอบคุณบ้าน", "東京都は日本の首都です", "😀😡👍❤😀😡👍"]
    for index, said in enumerate(scripts):
        rows = [f"{said[place % 5 :]}{said[: place % 7 + 1]}{said[place // 7 % 6]},{'ab'[place % 2]}" for place in range(120)]
        table = read(write(tmp_path / f"{index}.csv", rows), f"{index}.csv")
        assert resolve(table, DataConfig(sha256=SHA)).data == "text"
        assert not {"no_features", "one_word_texts"} & {finding.code for finding in run_checks(table, DataConfig(sha256=SHA))}
    names = read(write(tmp_path / "names.csv", [f"王小{chr(0x4E00 + index)},{'ab'[index % 2]}" for index in range(120)]), "names.csv")
    assert "no_features" in {finding.code for finding in run_checks(names, DataConfig(sha256=SHA))}


def test_the_same_text_with_different_answers_is_told_once_it_is_common(tmp_path):
    rows = [f'"this very text number {index // 2} comes again",{"ab"[index % 2 if index < 20 else 0]}' for index in range(200)]
    table = read(write(tmp_path / "torn.csv", rows), "torn.csv")
    asked = DataConfig(sha256=SHA, types={"text": "text"}, kind="text")
    found = {finding.code: finding.problem for finding in run_checks(table, asked)}
    assert found["contradicting_texts"].startswith("10 texts occur with different answers, in 20 rows, for example 'this very text")
    unsaid = read(write(tmp_path / "unsaid.csv", [*(row.removesuffix("b") for row in rows), *["and another,b"] * 3]), "unsaid.csv")
    assert "contradicting_texts" not in {finding.code for finding in run_checks(unsaid, asked)}, "an answer that is missing contradicts none"
    capitals = read(write(tmp_path / "capitals.csv", [row.replace(",b", ",A") for row in rows]), "capitals.csv")
    assert "contradicting_texts" in {finding.code for finding in run_checks(capitals, asked)}, "a and A are two classes"
    calm = read(write(tmp_path / "calm.csv", [row[:-1] + "ab"[index // 100] for index, row in enumerate(rows)]), "calm.csv")
    assert "contradicting_texts" not in {finding.code for finding in run_checks(calm, asked)}


def test_a_zip_of_text_files_in_class_folders_is_a_table_of_texts(tmp_path):
    with zipfile.ZipFile(tmp_path / "reviews.zip", "w") as archive:
        for part in ("train", "test"):
            for index in range(20):
                said = "good fine film café" if index % 2 else "bad dull film"
                archive.writestr(f"reviews/{part}/{'pos' if index % 2 else 'neg'}/{index}.txt", f"{said} {index}".encode("cp1252" if index == 3 else "utf-8"))
    table = read(tmp_path / "reviews.zip", "reviews.zip")
    assert table.columns == ("text", "class", "part")
    assert table.rows == 40
    assert "good fine film café 3" in table.cells("text")
    asked = resolve(table, DataConfig(sha256=SHA))
    assert (asked.target, asked.data, asked.class_names) == ("class", "text", ("neg", "pos")[:: 1 if asked.positive == "pos" else -1])
    made = prepared(tmp_path / "reviews.zip", tmp_path)
    assert made.parts.rows["test"] == 20


def test_a_text_file_and_a_folder_of_them_are_rows(tmp_path):
    (tmp_path / "b.txt").write_text("second")
    (tmp_path / "a.txt").write_text("first")
    asked = {"kind": "text", "columns": [{"name": "said", "length": 3}]}
    assert text_rows(tmp_path, asked) == ({"said": ["first", "second"]}, ("a.txt", "b.txt"))
    assert text_rows(tmp_path / "b.txt", asked) == ({"said": ["second"]}, ("b.txt",))
    assert text_rows(tmp_path / "b.csv", asked) is None


def test_names_can_be_read_in_pieces_where_nothing_else_is_there(tmp_path):
    rows = [f"{'Ann' if index % 2 else 'Bob'}{chr(97 + index % 26)}{chr(97 + index // 26)},{index % 2}" for index in range(80)]
    path = write(tmp_path / "names.csv", rows, "name,label")
    table = read(path, path.name)
    told = next(finding for finding in run_checks(table, DataConfig(sha256=SHA)) if finding.severity == "error")
    assert told.fix == {"data.types": {"name": "text"}}
    codes = {finding.code for finding in run_checks(table, DataConfig(sha256=SHA, types={"name": "text"}))}
    assert "one_word_texts" in codes
    assert "no_features" not in codes


def test_texts_without_a_word_twice_are_refused_with_a_remedy(tmp_path):
    rows = [f'"{"".join(chr(0x4E00 + 40 * index + place) for place in range(30))}",{"ab"[index % 2]}' for index in range(30)]
    with pytest.raises(DataError, match="No word occurs twice"):
        prepared(write(tmp_path / "never.csv", rows), tmp_path, {"words": "whole"}, types={"text": "text"})
