"""A checkpoint belongs to its data, cost and settings; all of it is checked before it counts."""

import io
import json
import zipfile

import numpy as np
import pytest

import tlcore as tl
from tlcore.files.archive import read_archive
from tlcore.files.checkpoints import described
from tlcore.layers import DenseLayer, DropoutLayer, InputLayer

X = np.random.default_rng(0).random((40, 4)).astype("float32")
Y = (X[:, 0] > 0.5).astype(int)
SCALE = 1.0


def train(path, X=X, y=Y, keep=0.8, n_epoch=2, units=2, **options):
    network = DenseLayer(DropoutLayer(InputLayer((4,)), keep=keep, seed=0), units)
    options = {"batch_size": 20, "print_freq": 0, "learning_rate": 0.1, **options}
    history = tl.utils.fit(network, X, y, n_epoch=n_epoch, checkpoint=path, **options)
    return network, history


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "run.npz"
    train(path)
    return path


def other_cost(y, t):
    return 2.0 * tl.cost.cross_entropy(y, t)


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"X": X + 1}, "with data"),
        ({"y": 1 - Y}, "with data"),
        ({"X": X[:38], "y": Y[:38]}, "n_examples 40, this run has 38"),
        ({"cost": other_cost}, "with cost"),
        ({"optimizer": "sgd"}, "optimizer 'Adam', this run has 'SGD'"),
        ({"seed": 3}, "seed 0"),
    ],
)
def test_another_run_is_refused(saved, options, part):
    with pytest.raises(ValueError, match=f"was saved with .*{part.split('with ')[-1]}"):
        train(saved, **options, n_epoch=3)


def test_the_same_run_goes_on_and_says_what_it_overrides(saved, tmp_path, capsys):
    path = tmp_path / "run.npz"
    path.write_bytes(saved.read_bytes())
    train(path, n_epoch=3)
    assert "Resumed" not in capsys.readouterr().out
    network, _ = train(path, n_epoch=4, learning_rate=0.5, keep=0.3)
    out = capsys.readouterr().out
    assert "learning_rate is 0.1, as saved, and not 0.5" in out
    assert "keep of dropout 1 is 0.8, as saved, and not 0.3" in out
    assert [float(keep) for keep in network.all_drop.values()] == [0.8]
    train(path, n_epoch=2)
    assert "holds 4 epochs; n_epoch is 2: none to train" in capsys.readouterr().out


def test_a_cost_is_told_by_its_code_and_values():
    def cost(weight):
        return lambda y, t: weight * tl.cost.cross_entropy(y, t)

    assert described(cost(1.0)) == described(cost(1.0)) != described(cost(2.0))
    assert described(lambda y: y + 1) != described(lambda y: y - 1)
    one, two = (DenseLayer(InputLayer((4,)), 2, act=act).model for act in ("relu", "tanh"))
    assert described(one) != described(two)


BAD = [
    {"position": {"epoch": -2, "step": 0}}, {"position": {"epoch": "3", "step": 0}},
    {"position": {"epoch": None, "step": 0}}, {"position": {"epoch": 2, "step": -3}},
    {"position": {"epoch": 2, "step": 99}}, {"position": {"epoch": 2.0, "step": 0}},
    {"position": {"epoch": 7, "step": 0}}, {"position": {"epoch": 2**80, "step": 0}},
    {"position": {}}, {"position": None}, {"history": {}}, {"history": None},
    {"history": {"epoch": 3}}, {"history": {"epoch": [1, 2], "loss": [1.0]}},
    {"history": {"epoch": [1, 2], "loss": [1.0, float("nan")]}}, {"history": {"epoch": "12"}},
    {"partial": [float("inf"), 0]}, {"partial": [0.0]}, {"partial": "no"}, {"partial": [0.0, -1]},
    {"run": None}, {"run": {}},
]  # fmt: skip


@pytest.mark.parametrize("wrong", BAD)
def test_everything_in_a_checkpoint_is_checked(saved, tmp_path, wrong):
    arrays = read_archive(saved)
    about = json.loads(str(arrays["about"])) | wrong
    np.savez(tmp_path / "bad.npz", **(arrays | {"about": np.array(json.dumps(about))}))
    with pytest.raises(ValueError, match="checkpoint: .*bad.npz .*delete this one"):
        train(tmp_path / "bad.npz", n_epoch=3)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1j, "a", True])
def test_arrays_of_another_kind_are_refused(saved, tmp_path, wrong):
    arrays = read_archive(saved)
    name = next(name for name, array in arrays.items() if array.shape == (4, 2))
    dtype = "float32" if isinstance(wrong, float) else None
    np.savez(tmp_path / "bad.npz", **(arrays | {name: np.full((4, 2), wrong, dtype)}))
    with pytest.raises(ValueError, match=f"for {name}; expected finite numbers, float32"):
        train(tmp_path / "bad.npz", n_epoch=3)


def test_what_a_killed_run_left_is_swept(tmp_path):
    (tmp_path / ".run.npz.0123abcd.part").write_bytes(b"half")
    (tmp_path / ".other.npz.0123abcd.part").write_bytes(b"half")
    train(tmp_path / "run.npz")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".other.npz.0123abcd.part", "run.npz"]


def test_an_unwritable_folder_is_noticed_at_the_start():
    with pytest.raises(ValueError, match="checkpoint is '/proc/self/run.npz', and nothing can be"):
        train("/proc/self/run.npz", on_epoch=lambda history: pytest.fail("an epoch was trained"))


def archives(folder):
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    old, new = b"(3,), }" + b" " * 12, b"(5000000000000,), }"  # 40 TB
    huge = buffer.getvalue().replace(old, new)
    assert old in buffer.getvalue() and len(old) == len(new)
    for name, content in (("huge", huge), ("text", b"hello"), ("cut", buffer.getvalue()[:90])):
        with zipfile.ZipFile(folder / f"{name}.npz", "w") as file:
            file.writestr("a.npy", content)
        yield folder / f"{name}.npz"
    with zipfile.ZipFile(folder / "zeros.npz", "w", zipfile.ZIP_DEFLATED) as file:
        with file.open("a.npy", "w", force_zip64=True) as member:
            for _ in range(600):
                member.write(bytes(2**20))
    yield folder / "zeros.npz"
    content = bytearray((folder / "huge.npz").read_bytes())
    for place in (8, content.index(b"PK\x01\x02") + 10):  # a compression that nobody knows
        content[place : place + 2] = (77).to_bytes(2, "little")
    (folder / "method.npz").write_bytes(content)
    yield folder / "method.npz"
    np.savez(folder / "deep.npz", about=np.array("[" * 100_000))
    yield folder / "deep.npz"


def test_damaged_archives_are_refused_in_words(tmp_path):
    network = DenseLayer(InputLayer((4,)), 2)
    for path in archives(tmp_path):
        for read in (
            lambda p: tl.files.load_and_assign_npz(p, network),
            tl.files.load_embedding,
            train,
        ):
            with pytest.raises(ValueError, match=r"\.npz|must hold numbers") as error:
                read(path)
            assert "allow_pickle" not in str(error.value)
