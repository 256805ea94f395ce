"""``python -m tldata``, which ``make data`` runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tldata.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "tldata", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


def test_list_names_the_sets_their_licences_and_the_cache(tmp_path):
    done = command("list", TLCORE_DATA_CACHE=str(tmp_path))
    assert done.returncode == 0 and done.stderr == ""
    for text in ("mnist: MNIST", "11.6 MB, not in the cache", "CC BY-SA", "LeCun", str(tmp_path)):
        assert text in done.stdout
    assert list(tmp_path.iterdir()) == []  # it looks, it fetches nothing


@pytest.fixture
def toy_main(toy, monkeypatch):
    import importlib

    module = importlib.import_module("tldata.__main__")
    monkeypatch.setattr(module, "registry", importlib.import_module("tldata.fetch").registry)
    return toy


@pytest.mark.parametrize("arguments", [["toy"], ["fetch", "toy"], ["all"], ["fetch", "all"]])
def test_fetch(toy_main, capsys, arguments):
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"toy: {toy_main.cache}\n"
    assert toy_main.whole()


def test_a_failure_is_one_message_and_not_a_traceback(toy_main, capsys):
    toy_main.server.routes.clear()
    assert main(["toy"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Can't get toy: 2 of 2 files are missing.") and "By hand" in err


def only_mirrored(toy):
    """Take the addresses away: then a mirror may have the set, and nobody else."""
    lines = toy.registry.read_text().splitlines()
    toy.registry.write_text("\n".join(line for line in lines if "addresses" not in line))


def test_all_leaves_out_what_only_a_mirror_may_have(toy_main, capsys, tmp_path):
    only_mirrored(toy_main)
    assert main(["all"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("toy: left out") and err == ""
    assert main(["toy"]) == 1  # asked for by name, it is a failure
    capsys.readouterr()
    toy_main.write(tmp_path / "mirror" / "toy")
    assert main(["all", "--mirror", str(tmp_path / "mirror")]) == 0
    assert capsys.readouterr().out == f"toy: {tmp_path / 'mirror' / 'toy'}\n"


def test_options(toy_main, tmp_path, capsys):
    toy_main.write(tmp_path / "mirror" / "toy")
    assert main(["toy", "--mirror", str(tmp_path / "mirror")]) == 0
    assert capsys.readouterr().out == f"toy: {tmp_path / 'mirror' / 'toy'}\n"
    assert main(["toy", "--refresh"]) == 0
    assert toy_main.whole()


def test_an_unknown_name(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["emnist"])
    assert caught.value.code == 2
    assert "invalid choice: 'emnist'" in capsys.readouterr().err
