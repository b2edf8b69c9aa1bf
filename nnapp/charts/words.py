"""The words of texts: which ones move the answers, over all texts and in one."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from nnapp.charts.chart import CHARTS, Chart, described
from nnapp.charts.text import brief, count, percent, safe, short, signed
from nnapp.charts.theme import TOKENS, Theme, blank, key, note
from nnapp.reports import Report

_MOST_WORDS = 20
_FAINT = 0.08
"""Strength below which a word stays plain."""


@CHARTS.register("words")
def word_bars(report: Report, *, theme: Theme = "light") -> Chart:
    """Draw what the words that count most do to the answers, on average where they stand.

    Args:
        report: Of the explanation `words`.
        theme: Light or dark.
    """
    tokens, table = TOKENS[theme], report.table.head(_MOST_WORDS).reset_index(drop=True)
    unit = str(report.headline.get("unit") or "")
    rows = list(range(len(table)))
    up, down = tokens.diverging[-1], tokens.diverging[0]
    means = [float(mean) for mean in table["mean"]]
    figure = blank(theme, x=f"average movement where the word stands{', ' + short(unit, 24) if unit else ''}", height=104 + 26 * max(2, len(table)))
    figure.add_bar(
        x=means, y=rows, orientation="h", marker={"color": [up if mean > 0 else down for mean in means], "line_width": 0}, name="attribution",
        hovertext=[_told(row) for row in table.to_dict("records")], hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    for row, mean in enumerate(means):
        note(figure, signed(mean), mean, row, tokens.text, xanchor="left" if mean > 0 else "right", xshift=4 if mean > 0 else -4)
    figure.add_vline(x=0, line={"color": tokens.muted, "width": 1})
    figure.update_layout(bargap=0.35)
    low, high = min([0.0, *means]), max([0.0, *means])
    pad = 0.28 * (high - low or 1.0)  # room for the numbers, on a telephone too
    figure.update_xaxes(range=[low - pad, high + pad], nticks=6)
    ticks = [f"{safe(short(word, 18))} <span style='color:{tokens.muted}'>×{texts}</span>" for word, texts in zip(table["word"], table["texts"], strict=True)]
    figure.update_yaxes(tickvals=rows, ticktext=ticks, range=[len(table) - 0.4, -0.6], showgrid=False, tickfont_color=tokens.text)
    key(figure, [("● for", up), ("● against", down)])
    title = _title(report, table)
    caption = (
        f"To the right what speaks for {short(report.headline.get('explained') or 'the answer', 40)}, to the left what speaks against it, on average over the texts "
        "with the word; × is their number. Words that move most in all stand at the top."
    )
    return Chart(figure, title, caption, described(["The words that move the answers most", title]), report.table)


def _told(row: dict[object, object]) -> str:
    return f"{safe(short(row['word'], 50))}<br>moves the answer <b>{signed(float(str(row['mean'])))}</b> on average, in {count(int(str(row['texts'])), 'text')}<br>{percent(float(str(row['share'])))} of all movement"


def _title(report: Report, table: pd.DataFrame) -> str:
    """Which words speak for the answer, and which against it."""
    what = short(report.headline.get("explained") or "the answer", 32)
    said: list[str] = []
    for sign, way in ((1, "for"), (-1, "against")):
        found = [f"“{short(word, 20)}”" for word in table["word"][table["mean"] * sign > 0].head(3)]
        if found:
            said.append(f"{', '.join(found)} {'speak' if len(found) > 1 else 'speaks'} {way} {'it' if said else what} most")
    return "; ".join(said) or report.title


@dataclass(frozen=True)
class Shaded:
    """A text whose words are coloured by what they do: what a page draws, free of markup.

    Attributes:
        title: The finding in words.
        caption: How to read it.
        alt: The same for those who cannot see it.
        pieces: In the text's order, each `before` (what stands before the word), `word`, `strength` (0-1), `up`
            (whether it speaks for the answer), and `told` (a sentence on the word).
        table: The words and their numbers.
    """

    title: str
    caption: str
    alt: str
    pieces: list[dict[str, str | float | bool]]
    table: pd.DataFrame


def shaded_text(report: Report) -> Shaded:
    """A text with every word's part in the answer.

    Args:
        report: Of the explanation `shaded`.
    """
    what = short(report.headline.get("explained") or "the answer", 40)
    pieces: list[dict[str, str | float | bool]] = []
    for row in report.table.to_dict("records"):
        move, strength = float(row["attribution"]), float(row["strength"])
        told = f"{signed(move)} ({'for' if move > 0 else 'against'} {what})" if row["word"] else ""
        pieces.append(
            {"before": str(row["before"]), "word": str(row["word"]), "strength": strength if strength > _FAINT else 0.0, "up": move > 0, "told": told}
        )
    table = report.table[report.table["word"] != ""][["word", "attribution"]].reset_index(drop=True)
    strongest = table.reindex(table["attribution"].abs().sort_values(ascending=False, kind="stable").index).head(5)
    listed = ", ".join(f"“{short(word, 20)}” {signed(float(move))}" for word, move in zip(strongest["word"], strongest["attribution"], strict=True))
    caption = (
        f"Orange with a solid line speaks for {what}, blue with a dotted line against it; the stronger the colour, the more. "
        f"Point at a word for its number. An empty text would give {_answer(report, 'base')}, this one gives {_answer(report, 'output')}."
    )
    alt = described(["A text whose words are coloured by what they do to the answer", report.title, f"Strongest: {listed}" if listed else ""])
    return Shaded(report.title, caption, alt, pieces, table)


def _answer(report: Report, which: str) -> str:
    """Base or output, as a probability where there is one."""
    chance = report.headline.get("probability" if which == "output" else "base_probability")
    return brief(float(report.headline.get(which) or 0.0)) if chance is None else percent(float(chance))
