"""The published runs: tiny ones of each kind write all that the pages read from the real ones."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml

import tlcore as tl
from tlbook.record import language_model, pong, pong_cnn, small_pong
from tlbook.record.__main__ import CHAPTERS, main
from tlbook.record.common import Folders
from tlbook.runs import load_run

ROOT = Path(__file__).parents[3]
BOOK = Folders(ROOT / "data")
LETTERS = "abcdefghijklmnopqrstuvwxyz"

#: What a tiny run has in place of the published sizes.
DECADE = {"hidden_size": 4, "num_sampled": 6, "num_steps": 5, "batch_size": 4, "n_epoch": 1}
DECADE |= {"average_from": 0}
PONG = {"layers": [[6400, 3], [3, 2]], "n_episodes": 4, "n_copies": 2, "batch_size": 2}
WORDS = {"vocabulary_size": 40, "embedding_size": 4, "num_sampled": 4, "batch_size": 128}
WORDS |= {"n_epoch": 2, "num_skips": 2, "skip_window": 2}
SENTENCES = {"size": 4, "num_sampled": 8, "batch_size": 16, "n_epoch": 1}
SENTENCES |= {"buckets": [[12, 16], [30, 40]], "vocabulary": [60, 60]}
TINY = {
    "perceptron": {"layers": [784, 26, 8, 10], "n_epoch": 2},
    "dropconnect": {"layers": [784, 8, 8, 10], "n_epoch": 1},
    "seeds": {"layers": [784, 8, 8, 10], "n_epoch": 1, "seed": [3, 5]},
    "sweep": {"n_epoch": 1, "grid": {"width": [4], "keep": [0.5], "learning_rate": [1e-3, 1e-2]}},
    "autoencoder": {"n_epoch": 1},
    "latent": {"n_epoch": 1, "layers": [784, 4, 3, 2, 3, 4, 784]},
    "stacked": {"n_epoch": 1, "n_epoch_pretrain": 1},
    "cnn": {"layers": [[5, 5, 1, 2], [5, 5, 2, 2], [98, 4], [4, 10]], "n_epoch": 1, "rows": 50},
    "pong_seed0": PONG,
    "pong_sticky": PONG | {"n_fast": 2},
    "pong_cnn": {"n_episodes": 4, "n_copies": 2, "batch_size": 2, "rows": 64},
    "small_pong": {
        "layers": [6, 4, 3],
        "batch_size": 2,
        "ages": {"beginner": 2, "trained": 4, "expert": 6},
    },
    "word2vec_wikipedia": WORDS,
    "word2vec_text8": WORDS
    | {"followed": {"steps": [0, 3, 7, 1000], "groups": {"months": "april may", "family": "king"}}},
    "ptb_small": DECADE | {"num_sampled": None},
    "ptb_polished": DECADE | {"num_sampled": None, "average_from": None},
    "language_sweep": DECADE
    | {"grid": {"learning_rate": [1.0], "max_grad_norm": [0.1], "lr_decay": [1.0, 0.5]}},
    "nietzsche": DECADE | {"vocabulary_size": 20, "n_layer": 2, "n_epoch": 2},
    "translation_tatoeba": SENTENCES,
}  # fmt: skip
CHAPTER_OF = {run: chapter for chapter in CHAPTERS for run in BOOK.parameters(chapter)}
#: Objects whose own keys are read, too; those of the others are words, sections or goals.
READ_INTO = {"evaluation", "newstest2013", "runs", "ages", "sampled", "history", "drawn"}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    """A folder `data` with the published parameters, and the tiny sizes in their place."""
    data = tmp_path_factory.mktemp("data")
    (data / "full").mkdir()
    for chapter in CHAPTERS:
        runs = {name: s | TINY.get(name, {}) for name, s in BOOK.parameters(chapter).items()}
        if "ptb_longer" in runs:  # ptb_polished goes on from it
            runs["ptb_longer"] |= DECADE
        (data / "full" / f"{chapter}.yaml").write_text(yaml.safe_dump(runs))
    return data


@pytest.fixture(autouse=True)
def _little_data(monkeypatch, tmp_path):
    """Data of the same kind and short games: what is asked here is what is written."""
    rng = np.random.default_rng(0)

    def digits(shape=(-1, 784), **_):
        parts = [(rng.random((n, 784), np.float32), rng.integers(0, 10, n)) for n in (60, 20, 20)]
        return [array for X, y in parts for array in (X.reshape(shape), y.astype("int32"))]

    def text(n=3000, words=tuple(LETTERS) + ("april", "king", "france", "<unk>")):
        return [words[i] for i in np.minimum(rng.geometric(0.1, n) - 1, len(words) - 1)]

    def pairs(n=60):
        return [(" ".join(text(5)), " ".join(text(7))) for _ in range(n)]

    questions = tmp_path / "questions.txt"
    questions.write_text(": capital\na b c d\n: family\nb c d e\n")
    for name, value in {
        "load_mnist_dataset": digits,
        "load_ptb_words": lambda: [text(600), text(200), text(200)],
        "load_wikipedia_ptb_words": lambda: [text(600), text(200), text(200)],
        "load_wikipedia_words": text,
        "load_matt_mahoney_text8_dataset": text,
        "load_questions_words": lambda: questions,
        "load_tatoeba_en_fr": lambda: (pairs(), pairs(20), pairs(20)),
        "load_multi30k": lambda: (pairs(), pairs(20), pairs(20)),
        "load_newstest2013": lambda: pairs(10),
        "load_nietzsche": lambda: " ".join(f"The {' '.join(text(9))} king." for _ in range(99)),
    }.items():
        monkeypatch.setattr(tl.files, name, value)

    played, games = Counter(), tl.rein.PongEnvironments
    step, reset = games.step, games.reset

    def begin(self, copy, seed):
        played[id(self), copy] = 0
        return reset(self, copy, seed)

    def short(self, copies, actions):
        played.update((id(self), copy) for copy in copies)
        steps = step(self, copies, actions)
        ends = [played[id(self), copy] == 12 for copy in copies]
        return [
            (now, -1.0 if end else 0.0, end) for (now, *_), end in zip(steps, ends, strict=True)
        ]

    monkeypatch.setattr(games, "reset", begin)
    monkeypatch.setattr(games, "step", short)
    monkeypatch.setattr(pong, "AGES", (0, 2, 4))
    monkeypatch.setattr(pong, "N_GAMES", 2)
    monkeypatch.setattr(pong_cnn, "N_GAMES", 2)
    monkeypatch.setattr(small_pong, "N_GAMES", 2)


def keys_of(value, where: str = "") -> set[str]:
    """Name what a page may look up in a record: ``.result.evaluation.greedy.mean``."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = value[0]
    if not isinstance(value, dict):
        return set()
    found = {f"{where}.{key}" for key in value}
    for key, item in value.items():
        if key in READ_INTO or not where or where.endswith(".evaluation"):
            found |= keys_of(item, f"{where}.{key}")
    return found


def arrays_of(path: Path) -> set[tuple]:
    with np.load(path) as file:
        return {(key, file[key].dtype, file[key].ndim) for key in file.files}


def made(data: Path, name: str) -> dict:
    """Return the record of a tiny run, which is made once."""
    path = data / "runs" / f"{name}.json"
    if not path.exists():
        main([CHAPTER_OF[name], "--run", name, "--data", str(data)])
    return load_run(path)


@pytest.mark.parametrize("name", TINY)
def test_a_run_writes_what_the_pages_read(tiny, name):
    old = {".settings.threads"}  # says how a run was computed; the machine's cores say it now
    assert keys_of(load_run(name)) - old <= keys_of(made(tiny, name))


def test_all_published_files_come_from_these_runs(tiny):
    for name in TINY:
        made(tiny, name)
    for folder in ("weights", "runs"):
        written = {path.name: path for path in (tiny / folder).glob("*.npz")}
        assert {path.name for path in (BOOK.data / folder).glob("*.npz")} == written.keys()
        for file, path in written.items():  # the tiny agents have fewer ages than the published
            assert arrays_of(path) <= arrays_of(BOOK.data / folder / file), file


@pytest.mark.parametrize("name", CHAPTER_OF)
def test_a_published_run_was_made_with_the_parameters_that_are_told(name):
    recorded = load_run(name)["settings"]
    told = json.loads(json.dumps(BOOK.parameters(CHAPTER_OF[name])[name]))
    both = recorded.keys() & told.keys()
    assert {key: told[key] for key in both} == {key: recorded[key] for key in both}
    assert len(both) >= min(len(recorded), len(told)) // 2


def test_every_record_has_its_parameters():
    assert {path.stem for path in BOOK.data.glob("runs/*.json")} == set(CHAPTER_OF)
    assert {path.stem for path in BOOK.data.glob("full/*.yaml")} == set(CHAPTERS)
    # A chapter has one assignment and one yaml, however many pages it has.
    assert {path.stem for path in ROOT.glob("book/assignments/*/*.ipynb")} <= set(CHAPTERS)


def test_each_step_of_the_decade_keeps_what_the_steps_before_it_brought():
    steps = BOOK.parameters("language_model")
    assert steps["ptb_longer"]["tied"] and steps["ptb_longer"]["keep"] == 0.65
    assert steps["ptb_polished"]["num_sampled"] is None and steps["ptb_polished"]["one_mask"]
    nets = {n: language_model.network_of(steps[f"ptb_{n}"], 30) for n in ("sampled", "tied")}
    sizes = {n: net.count_params() for n, net in nets.items()}
    assert sizes["sampled"] - sizes["tied"] == 30 * 200
    assert not nets["sampled"].all_drop and len(nets["tied"].all_drop) == 3


def test_a_run_that_is_whole_is_recorded_again_without_training(tiny, monkeypatch):
    first = made(tiny, "dropconnect")
    (tiny / "runs" / "dropconnect.json").unlink()
    monkeypatch.setattr(tl.train.Trainer, "run", None)
    assert made(tiny, "dropconnect")["history"] == first["history"]


def test_ctrl_c_records_nothing_and_the_same_command_carries_on(tmp_path):
    runs = {name: BOOK.parameters("perceptron")[name] for name in ("perceptron", "dropconnect")}
    for s in runs.values():
        s |= {"layers": [784, 26, 10], "keep": [0.8, 0.5], "n_epoch": 100_000}
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "perceptron.yaml").write_text(yaml.safe_dump(runs, sort_keys=False))
    command = [sys.executable, "-m", "tlbook.record", "perceptron", "--data", str(tmp_path)]
    options = {"text": True, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, start_new_session=True, cwd=ROOT, **options)
    deadline = time.monotonic() + 300
    while not (tmp_path / "checkpoints" / "perceptron.npz").exists():
        assert process.poll() is None and time.monotonic() < deadline, process.communicate()
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes in it
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "Interrupted in epoch" in out and "== dropconnect" not in out
    assert "The same command carries on." in errors and "perceptron is not recorded" in errors
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["perceptrn"], "no chapter perceptrn; expected some of perceptron, autoencoders"),
        (["pong", "--run", "pong_seed9"], "no run pong_seed9; expected some of pong_seed0"),
    ],
)
def test_a_name_that_is_unknown_is_told(capsys, arguments, match):
    with pytest.raises(SystemExit):
        main(arguments)
    assert match in capsys.readouterr().err
