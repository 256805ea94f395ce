"""A notebook in JupyterLab, in a real browser: each panel answers to keys by its kernel."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: A cell for each panel. The first slider of each is the learning rate.
CELLS = {
    "training": """
X = np.random.default_rng(0).random((256, 784), "float32")
y = np.arange(256) % 10
network = tl.layers.InputLayer(shape=(784,))
network = tl.layers.DropoutLayer(network, keep=0.8, name="drop1")
network = tl.layers.DenseLayer(network, n_units=16, act="relu")
network = tl.layers.DenseLayer(network, n_units=10)
panel = tlbook.figures.TrainingPanel(network, X, y, X, y, batch_size=64, report_steps=2)
""",
    "word2vec": """
words = {i: f"w{i}" for i in range(10)}
panel = tlbook.figures.Word2vecPanel(
    np.tile(np.arange(1, 10), 100), words, num_sampled=4, embedding_size=4, report_steps=2
)
""",
    "language": """
words = tl.layers.EmbeddingInputlayer(tl.layers.InputLayer((None,), dtype="int32"), 6, 5)
network = tl.layers.DropoutLayer(words, keep=0.9, name="drop1")
network = tl.layers.RNNLayer(network, "lstm", n_hidden=7, return_seq_2d=True)
network = tl.layers.WordLogitsLayer(network, 6)
text = np.tile(np.arange(6), 200)
panel = tlbook.figures.LanguagePanel(
    tl.train.LanguageTrainer(network, text, batch_size=4), text[:60], report_steps=2
)
""",
    "translation": """
words = [*tl.nlp.START_WORDS, "we", "see"]
vocabulary = {word: i for i, word in enumerate(words)}
network = tl.layers.EmbeddingAttentionSeq2seq(6, 6, size=8, keep=0.9)
data = [[([4, 5], [4, 5, 2]), ([5, 4], [5, 4, 2])] * 20]
trainer = tl.train.TranslationTrainer(network, data, [(4, 6)], batch_size=4)
panel = tlbook.figures.TranslationPanel(trainer, data, "we see", vocabulary, words, report_steps=2)
""",
    "policy": """
network = tl.layers.DenseLayer(tl.layers.InputLayer((4,)), 8, "relu")
network = tl.layers.DenseLayer(network, 2)
panel = tlbook.figures.PolicyPanel(
    tl.train.PolicyGradient(network, "CartPole-v1", learning_rate=0.01, mode=1, batch_size=2)
)
""",
}
FIRST = """
from pathlib import Path
import numpy as np
import tlbook.figures
import tlcore as tl
"""
FRAME = """
{cell}
panel.observe(lambda change: Path("{name}.txt").write_text(str(change["new"])), "learning_rate")
panel
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> tuple[str, Path]:
    """Start JupyterLab in a folder with a notebook of all panels; return address and folder."""
    tmp_path = tmp_path_factory.mktemp("lab")
    folder, settings = tmp_path / "notebooks", tmp_path / "settings"
    (settings / "labconfig").mkdir(parents=True)
    folder.mkdir()
    codes = [FIRST, *(FRAME.format(name=name, cell=cell.strip()) for name, cell in CELLS.items())]
    cells = [nbformat.v4.new_code_cell(code.strip()) for code in codes]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "panels.ipynb")
    # The news prompt would ask another host and stand in the way; what is out of sight stays there.
    quiet = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (settings / "labconfig" / "page_config.json").write_text(json.dumps(quiet))
    whole = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
    (settings / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(whole))
    port = free_port()
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
        *(f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}", "--ServerApp.token="),
        *("--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"),
    ]
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(settings),
        "JUPYTERLAB_SETTINGS_DIR": str(settings / "user"),
        "JUPYTERLAB_WORKSPACES_DIR": str(settings / "workspaces"),
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    log = (tmp_path / "lab.log").open("wb")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            assert process.poll() is None, (tmp_path / "lab.log").read_text()
            try:
                urlopen(f"{address}/api", timeout=2).close()
                break
            except (URLError, OSError):
                time.sleep(0.5)
        yield address, folder
    finally:
        process.terminate()
        process.wait(timeout=60)
        log.close()


def shown(panel) -> str:
    """Return what a panel shows: its text and the pixels of its canvases."""
    return panel.evaluate(
        """(root) => root.innerText
             + [...root.querySelectorAll("canvas")].map((c) => c.toDataURL()).join()
             + [...root.querySelectorAll("svg")].map((s) => s.outerHTML).join()"""
    )


def until(page, condition, seconds: float, message: str) -> None:
    """Wait until `condition()` holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, message
        page.wait_for_timeout(100)


def test_panels_answer_to_keys_through_the_kernel(lab, browser):
    address, folder = lab
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(f"{address}/lab/tree/panels.ipynb?reset", timeout=120_000)
    page.locator(".jp-Notebook").wait_for(timeout=120_000)
    # A run that is asked for before the kernel answers is lost.
    page.get_by_text("(ipykernel) | Idle").wait_for(timeout=120_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    for name in CELLS:
        panel = page.locator(f"[data-figure={name}-panel]")
        page.locator(f"[data-figure={name}-panel][data-ready=true]").wait_for(timeout=300_000)
        slider = panel.locator("input[type=range]").first
        value, before = slider.input_value(), shown(panel)
        for _ in range(20):  # JupyterLab moves the focus after a run; a key may be lost
            slider.focus()
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(250)
            if slider.input_value() != value:
                break
        assert slider.input_value() != value, f"{name}: the slider doesn't move by key"
        assert shown(panel) != before, f"{name}: the slider's key changed nothing in the panel"
        told = folder / f"{name}.txt"
        until(page, told.exists, 120, f"{name}: the kernel was not told of the new learning rate")
        page.wait_for_timeout(100)  # written in one go, but perhaps just now
        assert float(told.read_text()) > 0
        curves = panel.locator(".lbl-curve")
        assert curves.count() == 0
        step = panel.locator("button", has_text="Step").first
        step.focus()
        page.keyboard.press("Enter")
        until(page, curves.count, 120, f"{name}: a step of training in the kernel drew no curve")
    context.close()
