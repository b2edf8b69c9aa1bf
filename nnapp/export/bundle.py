"""The bundle: a zip that answers raw rows and pictures anywhere, with NumPy and LiteRT alone."""

from __future__ import annotations

import json
from pathlib import Path

import nnapp
import nnapp.portable
from nnapp.data.dataset import PICTURE, DataSpec
from nnapp.data.specs import DataKind
from nnapp.export.archive import write_zip
from nnapp.export.base import Exporting
from nnapp.export.card import plain_text, table
from nnapp.export.spec import Export
from nnapp.metrics import text_of_metric
from nnapp.portable.beside import picture_column

PACKAGE = "nnapp_portable"
MODEL = "model.tflite"
SCRIPT = '''"""Answers for one table, one picture, or a folder of pictures: python predict.py INPUT [--output CSV]."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from nnapp_portable.predict import main

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
'''


def write_bundle(exporting: Exporting, inner: Export, output: Path) -> None:
    """Write the zip.

    Args:
        exporting: Gives the preprocessing, the labels and the card.
        inner: The TFLite export that answers.
        output: The zip.
    """
    package = Path(nnapp.portable.__file__).parent
    members: dict[str, Path | str] = {
        "README.md": readme(exporting, inner),
        "model_card.md": exporting.card or f"# {plain_text(exporting.task.target)}\n\nNo card was written for this network.\n",
        MODEL: Path(inner.path),
        "preprocessing.json": _json(exporting.preprocessing),
        "bundle.json": _json(description(exporting, inner)),
        "predict.py": SCRIPT,
        "requirements.txt": "\n".join(requirements(exporting.data)) + "\n",
    }
    if exporting.task.class_names:
        members["labels.txt"] = "".join(f"{' '.join(name.split())}\n" for name in exporting.task.class_names)
    members |= {f"{PACKAGE}/{path.name}": path for path in sorted(package.glob("*.py"))}
    write_zip(output, members)


def description(exporting: Exporting, inner: Export) -> dict[str, object]:
    """What `bundle.json` says: the task, and how the file wants to be fed."""
    (answer,) = exporting.task.outputs
    return {
        "task": exporting.task.model_dump(mode="json"),
        "format": inner.format,
        "encoded_outside": inner.encoded_outside,
        "inputs": list(exporting.data.inputs),
        "output": answer,
        "app": nnapp.__version__,
    }


TAKES: dict[DataKind, tuple[str, str]] = {
    "pictures": ("photo.jpg", "One picture, or a folder of pictures"),
    "sounds": (
        "sound.wav",
        "One WAV file, or a folder of WAV files, of any rate, width and number of channels. "
        "FLAC, Ogg, MP3 and AIFF are read, too, once `python -m pip install soundfile` has been run",
    ),
}
"""Of kinds that are files: an example's name, and what can be asked."""


def requirements(data: DataSpec) -> tuple[str, ...]:
    """What the bundle needs, as pip wants it."""
    return ("numpy>=2", "ai-edge-litert>=2", *(("pillow>=11",) if PICTURE in data.inputs else ()))


def takes(exporting: Exporting) -> tuple[str, str]:
    """An example's name, and what can be asked."""
    kind = exporting.data.kind
    if kind in TAKES:
        return TAKES[kind]
    column = picture_column(exporting.preprocessing)
    if column is None:
        return "rows.csv", "A table (CSV, TSV or JSON lines) with the columns below; others are ignored"
    named = plain_text(column)
    return "rows", f"A folder with one table (CSV, TSV or JSON lines) and the pictures that its column {named} names; a row without a name has no picture"


def readme(exporting: Exporting, inner: Export) -> str:
    """How to use the bundle, and what it takes in."""
    example, asked = takes(exporting)
    method, argument = ("answer_files", f'["{example}"]') if exporting.data.kind in TAKES else ("answer_table", '{"column": ["cell", "cell"]}')
    if picture_column(exporting.preprocessing) is not None:
        method, argument = "answer", f'"{example}"'
    return f"""# {plain_text(exporting.task.target)}

Answers as the app did, with Python, NumPy and LiteRT. The model card (`model_card.md`) says how good it is.

```sh
python -m pip install -r requirements.txt
python predict.py {example} --output answers.csv
```

{asked}. One line an answer comes out: `prediction`{_columns_out(exporting)}.

In a program of your own:

```python
from nnapp_portable.predict import Bundle

answers = Bundle(".").{method}({argument})
```

{_columns_in(exporting)}## The file

`{MODEL}` is the {inner.format} export, {inner.bytes:,} bytes. {_score(inner)}{" " + inner.caveats[0] if inner.encoded_outside else ""}
"""


def _columns_out(exporting: Exporting) -> str:
    forecast = exporting.task.output.forecast
    if forecast is not None:
        ends = "" if forecast.interval is None else f", then `low` and `high`, between which {forecast.interval:.0%} of the true values shall lie"
        return f"{ends}. The next {forecast.horizon} steps of every series come out; before each number stand its stamp and, where there are several, its series and target. Bring at least the last {exporting.preprocessing['window']} steps (rows) of every series, with their stamps"
    if exporting.task.kind == "anomaly":
        least = exporting.preprocessing["window"] + (0 if exporting.preprocessing["rebuild"] else exporting.preprocessing["horizon"])
        return f", 1 for unusual and 0 for usual. Before it stand the row's stamp and its `score`, where 1 is the threshold. Bring at least {least} steps (rows) of every series"
    if not exporting.task.class_names:
        return f", in the units of {plain_text(exporting.task.target)}"
    return ", then a probability for each class of `labels.txt`"


def _columns_in(exporting: Exporting) -> str:
    """The columns that a table must have."""
    columns = exporting.preprocessing.get("columns")
    if not isinstance(columns, list | tuple):
        return ""
    listing = table(("Column", "Type"), [(column["name"], column["type"]) for column in columns])
    return f"## Columns\n\n{listing}\n\n" if listing else ""


def _score(inner: Export) -> str:
    if inner.change is None or inner.agreement is None:
        return ""
    metric = inner.change.metric
    return f"On {inner.rows:,} test rows: {metric} {text_of_metric(metric, inner.test[metric])}, {100 * inner.agreement:.1f} % the network's own answers."


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
