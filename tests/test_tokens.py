"""The portable encoder gives the library's own ids, and the vocabulary is the same every time."""

import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from nnapp.data.preprocessing.vocabulary import fit_vocabulary
from nnapp.portable.tokens import ALONE, BLANKS, INSIDE, Encoder, lower, words

TEXTS = [
    "Free entry in 2 a weekly comp to win FA Cup final tickets! Free, free.",
    "Ok lar... Joking with you only; lar lar",
    "Straße ΟΔΟΣ naïve café café naïve İstanbul",
    "東京都 東京都 に 行きたい 👍🏽👍🏽 ❤️❤️ สวัสดี สวัสดี",
    "don't don't can't can't won't won't null null 'quoted' \"quoted\"",
]
KINDS = [(False, True), (False, False), (True, True), (True, False)]


def onig(ranges):
    return "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in ranges)


def library(vocabulary, pieces, lowercase):
    """The library's tokenizer with the same rules, written in its own terms."""
    known = {word: index for index, word in enumerate(vocabulary)}
    if pieces:
        model = models.WordPiece(known, unk_token="[UNK]", max_input_chars_per_word=100, continuing_subword_prefix=INSIDE)
    else:
        model = models.WordLevel(known, unk_token="[UNK]")
    made = Tokenizer(model)
    if lowercase:
        made.normalizer = normalizers.Lowercase()
    pattern = Regex(f"[{onig(ALONE)}]|[^{onig(BLANKS)}{onig(ALONE)}]+")
    made.pre_tokenizer = pre_tokenizers.Split(pattern, behavior="removed", invert=True)
    return made


def pair(texts, pieces, lowercase, size=400):
    vocabulary = fit_vocabulary(texts, size, pieces=pieces, lowercase=lowercase)
    return Encoder(vocabulary, pieces=pieces, lowercase=lowercase), library(vocabulary, pieces, lowercase)


PAIRS = [pair(TEXTS * 2, pieces, lowercase) for pieces, lowercase in KINDS]


@pytest.mark.parametrize("both", PAIRS)
@given(text=st.text(max_size=60) | st.text(alphabet="aeiouABCDſßİΣς́ _'\"#▁[]UNK\x00\t\n👍🏽‍️東京สวัสดี", max_size=40))
@example(text="")
@example(text="ΑΣ ΑΣ. σς")
@example(text="[UNK] [PAD] ##free ▁free")
@example(text="x" * 100 + " " + "y" * 101)
@example(text="fre" * 60)
@settings(max_examples=150, deadline=None)
def test_any_text_gets_the_librarys_ids(both, text):
    ours, theirs = both
    text = text.encode("utf-8", "ignore").decode("utf-8")
    assert ours.ids(text) == theirs.encode(text, add_special_tokens=False).ids


def test_small_letters_of_every_character_are_the_librarys():
    characters = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    for start in range(0, len(characters), 4096):
        piece = characters[start : start + 4096]
        assert lower(piece) == normalizers.Lowercase().normalize_str(piece)


def test_every_character_is_cut_as_the_library_cuts_it():
    cut = pre_tokenizers.Split(Regex(f"[{onig(ALONE)}]|[^{onig(BLANKS)}{onig(ALONE)}]+"), behavior="removed", invert=True)
    for start in range(0, 0x110000, 4096):
        piece = "".join(chr(code) for code in range(start, start + 4096) if not 0xD800 <= code < 0xE000)
        assert list(words(piece)) == [word for word, _ in cut.pre_tokenize_str(piece)]


def test_real_texts_get_the_librarys_ids(shared_data):
    for name, column in [("text_sms_spam.csv", "text"), ("text_banking77_test.csv", "text"), ("text_goemotions_multilabel_test.csv", "text")]:
        texts = pd.read_csv(shared_data / name, keep_default_na=False)[column].tolist()
        for pieces, lowercase in ((True, True), (False, False)):
            ours, theirs = pair(texts[: len(texts) // 2], pieces, lowercase, 5_000)
            assert [ours.ids(text) for text in texts] == [got.ids for got in theirs.encode_batch(texts, add_special_tokens=False)]


def test_the_text_null_and_quotes_stay_words():
    ours = Encoder(("[PAD]", "[UNK]", "null", '"', "'"), pieces=False, lowercase=True)
    assert ours.ids("NULL \"null\" 'NA'") == [2, 3, 2, 3, 4, 1, 4]


def test_texts_are_cut_and_filled_up():
    ours = Encoder(("[PAD]", "[UNK]", "a", "b"), pieces=False, lowercase=True)
    assert ours.array(["a b a", "", None, "zzz"], 2).tolist() == [[2, 3], [0, 0], [0, 0], [1, 0]]
    assert ours.array([], 2).shape == (0, 2)


def test_a_text_of_five_megabytes_is_read_no_further_than_needed():
    ours = Encoder(("[PAD]", "[UNK]", "word"), pieces=True, lowercase=True)
    assert ours.ids("word " * 1_000_000, 3) == [2, 2, 2]


def test_a_vocabulary_holds_the_commonest_words_and_never_more_than_asked():
    assert fit_vocabulary(["b a a", "c b a", None, ""], 4, pieces=False, lowercase=True) == ("[PAD]", "[UNK]", "a", "b")
    for pieces in (False, True):
        assert len(fit_vocabulary(TEXTS * 3, 30, pieces=pieces, lowercase=True)) <= 30
        assert fit_vocabulary([None, ""], 30, pieces=pieces, lowercase=True) == ("[PAD]", "[UNK]")


def test_pieces_put_unknown_words_together():
    vocabulary = fit_vocabulary(["walk walked walking talk talked talking jump"] * 5, 200, pieces=True, lowercase=True)
    ours = Encoder(vocabulary, pieces=True, lowercase=True)
    assert 1 not in ours.ids("jumping jumped")
    assert ours.ids("ЖЖ") == [1]


def test_the_vocabulary_is_the_same_in_every_process_and_order():
    code = (
        "from nnapp.data.preprocessing.vocabulary import fit_vocabulary;"
        "import sys, json; texts = json.loads(sys.argv[1]);"
        "print(json.dumps(fit_vocabulary(texts, 300, pieces=True, lowercase=True)))"
    )
    outcomes = {
        subprocess.run([sys.executable, "-c", code, json.dumps(order)], check=True, capture_output=True, text=True).stdout
        for order in (TEXTS * 2, TEXTS[::-1] * 2)
    }
    assert len(outcomes) == 1


def test_the_ranges_are_apart_and_rising():
    for ranges in (BLANKS, ALONE):
        flat = np.array([bound for pair in ranges for bound in pair])
        assert (np.diff(flat) >= 0).all()
    blank, alone = (re.compile("[" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges) + "]") for ranges in (BLANKS, ALONE))
    assert not any(blank.match(chr(code)) and alone.match(chr(code)) for code in range(0x110000))
