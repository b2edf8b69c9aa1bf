"""What the server does beside drawing pages: the app's own routes, and a start that costs later requests nothing."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import plotly
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

PLOTLY_URL = f"/nnapp/plotly-{plotly.__version__}.min.js"
PLOTLY_FILE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


async def plotly_script(request: Request) -> Response:
    """Plotly as installed: live charts need no internet. Its version is in the address, so a browser keeps it for ever."""
    return FileResponse(PLOTLY_FILE, media_type="text/javascript", headers={"Cache-Control": "public, max-age=31536000, immutable"})


ROUTES = [Route(PLOTLY_URL, plotly_script)]


def serve_through_the_shell() -> None:
    """Make every address run `app.py`.

    Until `st.navigation` has run once, Streamlit takes a folder called `pages` for its older way of paging,
    and a deep link as the first request of a fresh server would run the page's file alone, without the shell.
    """
    PagesManager.uses_pages_directory = False


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Import what pages need before the first visitor, and take it out of every later garbage collection."""
    from pages.components import preload

    preload.everything()
    gc.collect()
    gc.freeze()
    yield
