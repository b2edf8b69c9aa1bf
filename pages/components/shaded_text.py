"""A text whose words are coloured by what they do to an answer; the words are set as text, never as markup."""

from __future__ import annotations

import streamlit as st

from nnapp.charts import TOKENS
from nnapp.charts.words import Shaded
from pages.components.charts import show_table, theme
from pages.components.text import plain

HTML = '<p class="nnapp-shaded" role="img" tabindex="0"></p>'
CSS = """
.nnapp-shaded { margin: 0; padding: 0.9rem 1rem; border-radius: 8px; line-height: 2; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 28rem; overflow-y: auto; }
.nnapp-shaded span { border-radius: 3px; padding: 1px 0; }
"""
SCRIPT = """
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".nnapp-shaded");
  box.setAttribute("aria-label", data.alt);
  box.style.color = data.text;
  box.style.background = data.card;
  box.style.border = "1px solid " + data.line;
  box.replaceChildren();
  for (const piece of data.pieces) {
    box.append(document.createTextNode(piece.before));
    if (!piece.word) continue;
    const word = document.createElement("span");
    word.textContent = piece.word;
    word.title = piece.told;
    if (piece.strength) {
      const colour = piece.up ? data.up : data.down;
      const share = Math.round(70 * piece.strength);
      word.style.background = `color-mix(in srgb, ${colour} ${share}%, transparent)`;
      word.style.borderBottom = (piece.up ? "2px solid " : "2px dotted ") + colour;
    }
    box.append(word);
  }
}
"""

_component = st.components.v2.component("nnapp_shaded_text", html=HTML, css=CSS, js=SCRIPT, isolate_styles=False)


def show_shaded(shaded: Shaded, *, key: str) -> None:
    """Draw a text with its title, its caption, and its words as a table behind a tab."""
    tokens = TOKENS[theme()]
    st.markdown(f"**{plain(shaded.title)}**")
    picture, table = st.tabs(["Text", "Table"], key=f"{key}.tabs")
    with picture:
        colours = {"up": tokens.diverging[-1], "down": tokens.diverging[0], "text": tokens.text, "card": tokens.card, "line": tokens.grid}
        _component(key=key, data={"pieces": shaded.pieces, "alt": shaded.alt, **colours})
    with table:
        show_table(shaded.table, key=f"{key}.table", alt=f"The numbers behind: {shaded.title}")
    st.caption(plain(shaded.caption))
