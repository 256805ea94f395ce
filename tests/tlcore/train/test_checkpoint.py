import keras
import numpy as np
import pytest

import tlcore as tl
from tlcore.layers import DenseLayer, DropoutLayer, InputLayer

rng = np.random.default_rng(0)
X = rng.normal(size=(50, 6)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")


def network(units=8, seed=0):
    keras.utils.set_random_seed(seed)
    below = DropoutLayer(InputLayer((6,)), keep=0.8, name="drop1")
    below = DenseLayer(below, units, "relu", name="relu1")
    return DenseLayer(below, 2, name="out")


def fit(net, **options):
    defaults = {"learning_rate": 0.01, "batch_size": 8, "n_epoch": 3, "print_freq": 0}
    return tl.utils.fit(net, X, Y, **defaults | options)


def values(net):
    return [keras.ops.convert_to_numpy(p).copy() for p in net.all_params]


def same(a, b):
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


@pytest.fixture
def saved(tmp_path):
    """A checkpoint after two epochs."""
    path = tmp_path / "run.npz"
    fit(network(), n_epoch=2, checkpoint=path)
    return path


def test_a_run_in_pieces_is_the_run_in_one(tmp_path):
    whole, parts = network(), network()
    expected = fit(whole, n_epoch=4)
    for n_epoch in (1, 3, 4):
        history = fit(parts, n_epoch=n_epoch, checkpoint=tmp_path / "run.npz")
    assert same(values(whole), values(parts))
    assert history["epoch"] == [1, 2, 3, 4]
    # Its weights are equal to the bit. A mean loss is a float32 sum over other groups of steps.
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-6)


def test_a_new_network_carries_on_where_the_old_one_stopped(saved):
    whole, fresh = network(), network(seed=9)
    expected = fit(whole, n_epoch=4)
    history = fit(fresh, n_epoch=4, checkpoint=saved)
    assert same(values(whole), values(fresh))
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-6)


def test_a_complete_run_is_only_loaded(saved):
    whole, fresh = network(), network(seed=9)
    fit(whole, n_epoch=2)
    calls = []
    history = fit(fresh, n_epoch=2, checkpoint=saved, on_epoch=calls.append)
    assert same(values(whole), values(fresh)) and history["epoch"] == [1, 2] and not calls


def test_rate_and_keep_are_resumed(tmp_path):
    def tune(net, optimizer):
        def on_epoch(history):
            optimizer.learning_rate = 0.05 / history["epoch"][-1]
            net.set_keep({"drop1": 1 - 0.2 * history["epoch"][-1]})

        return {"optimizer": optimizer, "learning_rate": None, "on_epoch": on_epoch}

    whole, parts, fresh = network(), network(), network(seed=9)
    fit(whole, n_epoch=4, **tune(whole, keras.optimizers.SGD(0.05)))
    fit(parts, n_epoch=2, checkpoint=tmp_path / "c", **tune(parts, keras.optimizers.SGD(0.05)))
    fit(fresh, n_epoch=4, checkpoint=tmp_path / "c", **tune(fresh, keras.optimizers.SGD(0.05)))
    assert same(values(whole), values(fresh))
    assert float(fresh.all_drop["drop1"]) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("other", "options", "parts"),
    [
        ({"units": 9}, {}, ["parameters", "'kernel', 6, 8", "'kernel', 6, 9"]),
        ({}, {"batch_size": 9}, ["batch_size 8", "batch_size" and "this run has 9"]),
        ({}, {"seed": 1}, ["seed 0", "this run has 1"]),
        ({}, {"shuffle": False}, ["shuffle True", "this run has False"]),
        ({}, {"optimizer": "sgd"}, ["optimizer 'Adam'", "this run has 'SGD'"]),
    ],
)
def test_the_checkpoint_of_another_run_is_refused(saved, other, options, parts):
    net = network(**other, seed=9)
    before, content = values(net), saved.read_bytes()
    with pytest.raises(ValueError) as error:
        fit(net, checkpoint=saved, **options)
    assert all(part in str(error.value) for part in [*parts, str(saved), "delete"]), error.value
    assert same(before, values(net)) and saved.read_bytes() == content


def test_a_network_with_other_state_is_refused(saved):
    keras.utils.set_random_seed(9)
    net = DenseLayer(DenseLayer(InputLayer((6,)), 8, "relu"), 2)  # the same weights, no dropout
    before = values(net)
    with pytest.raises(ValueError, match="arrays, this run needs.*another network"):
        fit(net, checkpoint=saved)
    assert same(before, values(net))


def damaged(content):
    middle = len(content) // 2
    flipped = bytes(255 - byte for byte in content[middle : middle + 40])
    yield "empty", b""
    yield "text", b"not a checkpoint\n" * 9
    yield "pickle", b"\x80\x04N."
    yield "cut off", content[:middle]
    yield "flipped", content[:middle] + flipped + content[middle + 40 :]


def test_a_damaged_file_is_refused_and_nothing_assigned(saved, tmp_path):
    net = network(seed=9)
    before = values(net)
    path = tmp_path / "bad.npz"
    for what, content in damaged(saved.read_bytes()):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="bad.npz can't be read as a checkpoint.*delete"):
            fit(net, checkpoint=path)
            pytest.fail(what)
        assert path.read_bytes() == content
    assert same(before, values(net))


@pytest.mark.parametrize("about", [None, "no json", "[]", "{}", '{"run": []}'])
def test_an_archive_of_something_else_is_refused(tmp_path, about):
    path = tmp_path / "other.npz"
    np.savez(path, **({"a": np.ones(2)} if about is None else {"about": np.array(about)}))
    with pytest.raises(ValueError, match="can't be read as a checkpoint"):
        fit(network(), checkpoint=path)
    np.save(tmp_path / "bare.npy", np.ones(2))
    with pytest.raises(ValueError, match="can't be read as a checkpoint"):
        fit(network(), checkpoint=tmp_path / "bare.npy")


@pytest.mark.parametrize("place", ["numpy.savez", "os.replace", "os.fsync"])
def test_a_save_that_fails_leaves_the_old_checkpoint_and_nothing_else(saved, monkeypatch, place):
    content = saved.read_bytes()

    def fail(file, *arrays, **named):
        if hasattr(file, "write"):
            file.write(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr(place, fail)
    with pytest.raises(OSError, match="no space left"):
        fit(network(), n_epoch=3, checkpoint=saved)
    assert saved.read_bytes() == content
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_missing_folder_is_missed_before_training(tmp_path):
    net = network()
    before = values(net)
    with pytest.raises(ValueError, match="checkpoint is '.*no folder '.*nowhere'.*mkdir"):
        fit(net, checkpoint=tmp_path / "nowhere" / "run.npz")
    assert same(before, values(net))
