"""Records of runs: what goes in comes out, and nothing that names a person or a computer."""

import datetime
import errno
import json
import os
import platform

import numpy as np
import pytest

import tlbook
from tlbook.runs import find, load_run, machine, save_run

HISTORY = {"epoch": [1, 2], "val_acc": [0.9, 0.95]}


def test_round_trip(tmp_path):
    path = save_run("demo", tmp_path / "runs", HISTORY, {"batch_size": 128}, {"test_acc": 0.99})
    assert path == tmp_path / "runs" / "demo.json"
    run = load_run(path)
    assert list(run) == ["name", "settings", "history", "result", "machine", "recorded"]
    assert run["name"] == "demo" and run["history"] == HISTORY
    assert run["settings"] == {"batch_size": 128} and run["result"] == {"test_acc": 0.99}
    assert abs((datetime.date.fromisoformat(run["recorded"]) - datetime.date.today()).days) <= 1
    assert os.listdir(tmp_path / "runs") == ["demo.json"]


def test_a_path_with_the_name_of_the_file(tmp_path):
    assert save_run("demo", tmp_path / "other.json", {}, {}, {}) == tmp_path / "other.json"


def test_numbers_of_numpy_and_tuples(tmp_path):
    history = {"loss": [np.float32(0.5), np.float64(0.25)], "epoch": np.arange(2)}
    run = load_run(save_run("demo", tmp_path, history, {"shape": (28, 28)}, {"n": np.int64(3)}))
    assert run["history"] == {"loss": [0.5, 0.25], "epoch": [0, 1]}
    assert run["settings"] == {"shape": [28, 28]} and run["result"] == {"n": 3}


def test_a_run_that_diverged_is_recorded_and_stays_json(tmp_path):
    history = {"loss": [0.5, float("nan"), np.float32("inf")]}
    path = save_run("demo", tmp_path, history, {}, {})
    assert "NaN" not in path.read_text() and "Infinity" not in path.read_text()
    assert load_run(path)["history"]["loss"] == [0.5, None, None]


def test_what_was_not_measured_may_be_empty(tmp_path):
    run = load_run(save_run("demo", tmp_path, {**HISTORY, "train_acc": []}, {}, {}))
    assert run["history"]["train_acc"] == []


def test_the_machine_is_described_and_not_named(tmp_path):
    from importlib import metadata

    described = machine()
    assert described["cores"] >= 1 and len(described["cpu"]) > 2
    assert described["python"] == platform.python_version()
    for package in ("tensorflow", "keras", "numpy"):
        assert described[package] == metadata.version(package)
    # Nothing else is in it, so no name of a computer or a person and no path.
    assert described["platform"] == f"{platform.system()} {platform.machine()}"
    assert len(described) == 7


def test_a_notebook_finds_files_by_name_wherever_it_lies(tmp_path, monkeypatch, root):
    monkeypatch.chdir(tmp_path)
    assert load_run("perceptron")["name"] == "perceptron"
    assert load_run("benchmarks/pong")["name"] == "pong"
    assert tlbook.weights("cnn") == root / "data" / "weights" / "cnn.npz"
    (tmp_path / "mine.npz").touch()
    assert find("mine.npz").samefile(tmp_path / "mine.npz")
    for missing in (lambda: load_run("percepton"), lambda: tlbook.weights("percepton")):
        with pytest.raises(FileNotFoundError, match="no .*percepton.*`make full`"):
            missing()


@pytest.mark.parametrize("name", ["", "a/b", "..\\x", None, 3])
def test_a_name_that_is_no_word(tmp_path, name):
    with pytest.raises(ValueError, match="name must be a plain word"):
        save_run(name, tmp_path, {}, {}, {})
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("history", "settings", "error", "match"),
    [
        ({"a": [1], "b": [1, 2]}, {}, ValueError, "lists of history differ in length"),
        ({"a": 1}, {}, ValueError, r"history\['a'\] must be a list"),
        ([1], {}, ValueError, "history must be an object"),
        ({}, {"act": print}, TypeError, r"run\['settings'\]\['act'\] is a builtin_function"),
        ({}, {"act": {1, 2}}, TypeError, r"\['act'\] is a set; use numbers"),
    ],
)
def test_what_can_not_be_recorded(tmp_path, history, settings, error, match):
    with pytest.raises(error, match=match):
        save_run("demo", tmp_path, history, settings, {})
    assert os.listdir(tmp_path) == []


def test_no_room_leaves_the_record_that_was_there(tmp_path, monkeypatch):
    path = save_run("demo", tmp_path, HISTORY, {}, {})
    before = path.read_bytes()

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_run("demo", tmp_path, {}, {}, {})
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["demo.json"]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("half", "demo.json is not JSON"),
        ("list", "a record is a JSON object, this is a list"),
        ({"recorded": None}, "recorded missing"),
        ({"history": 3}, "history must be an object, it is 3"),
        ({"history": {"a": [1], "b": [1, 2]}}, "differ in length: {'a': 1, 'b': 2}"),
        ({"name": 3}, "name must be text"),
    ],
)
def test_a_record_that_is_not_whole(tmp_path, change, match):
    path = save_run("demo", tmp_path, HISTORY, {}, {})
    text = path.read_text()
    if change == "half":
        text = text[: len(text) // 2]
    elif change == "list":
        text = "[]"
    else:
        run = {**json.loads(text), **change}
        text = json.dumps({key: value for key, value in run.items() if value is not None})
    path.write_text(text)
    with pytest.raises(ValueError, match=f"load_run: .*{match}"):
        load_run(path)
