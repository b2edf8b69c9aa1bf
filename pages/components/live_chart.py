"""A chart that is drawn anew in place while a run goes on: no flicker, and a zoom stays."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from pages.components.routes import PLOTLY_URL

HTML = '<div class="nnapp-live" role="img"></div>'
CSS = ".nnapp-live { width: 100%; overflow: hidden; }"
SCRIPT = """
const load = (url) => {
  if (!window.nnappPlotly) {
    window.nnappPlotly = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(url.slice(1), document.baseURI).href;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => { window.nnappPlotly = undefined; reject(new Error("Plotly did not load")); };
      document.head.appendChild(script);
    });
  }
  return window.nnappPlotly;
};

export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".nnapp-live");
  box.setAttribute("aria-label", data.alt);
  box.style.minHeight = data.height + "px";
  load(data.script).then((plotly) => {
    const figure = JSON.parse(data.figure);
    figure.layout.uirevision = data.revision;
    figure.layout.autosize = true;
    figure.layout.height = data.height;
    const options = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d"] };
    return plotly.react(box, figure.data, figure.layout, options);
  });
  if (!box.nnappObserver) {
    box.nnappObserver = new ResizeObserver(() => {
      if (!box.isConnected) box.nnappObserver.disconnect();
      else if (box.offsetParent && box.data && window.Plotly) window.Plotly.Plots.resize(box);
    });
    box.nnappObserver.observe(parentElement);
  }
}
"""

_component = st.components.v2.component("nnapp_live_chart", html=HTML, css=CSS, js=SCRIPT, isolate_styles=False)


def live_chart(figure: go.Figure, *, key: str, alt: str, height: int = 360) -> None:
    """Draw a figure where the last one with this key stood.

    Args:
        figure: The whole chart, thinned: each poll sends all of it, since messages are coalesced.
        key: The chart's identity; zoom and hidden lines last as long as it does.
        alt: The chart in one sentence, for those who cannot see it.
        height: In pixels.
    """
    _component(key=key, data={"figure": figure.to_json(), "alt": alt, "revision": key, "script": PLOTLY_URL, "height": height})
