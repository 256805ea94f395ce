"""test, predict, and the helpers for labels and snapshots."""

import keras
import numpy as np
import pytest
import sklearn.metrics
import tensorflow as tf

import tlcore as tl
from tlcore.layers import DenseLayer, DropoutLayer, InputLayer
from tlcore.utils import Snapshots, accuracy, class_balancing_oversample, evaluation

rng = np.random.default_rng(0)
X = rng.normal(size=(53, 6)).astype("float32")
Y = rng.integers(0, 3, 53)


@pytest.fixture(scope="module")
def network():
    return DenseLayer(DropoutLayer(InputLayer((6,)), keep=0.5), 3)


def logits(network):
    W, b = (keras.ops.convert_to_numpy(p).astype("float64") for p in network.all_params)
    return X @ W + b


@pytest.mark.parametrize("batch_size", [None, 1, 10, 53, 54])
def test_test_counts_every_row_once(network, batch_size, capsys):
    y = logits(network)
    log_p = y - np.log(np.exp(y).sum(axis=1, keepdims=True))
    expected = -log_p[np.arange(53), Y].mean(), (y.argmax(axis=1) == Y).mean()
    measured = tl.utils.test(network, X, Y, batch_size=batch_size)
    assert measured == pytest.approx(expected, rel=1e-5)
    assert capsys.readouterr().out.splitlines() == [
        f"test loss: {measured[0]:.6f}",
        f" test acc: {measured[1]:.6f}",
    ]


def test_test_without_accuracy(network, capsys):
    cost, target = tl.cost.mean_squared_error, np.zeros((53, 3))
    loss, acc = tl.utils.test(network, X, target, cost)
    assert acc is None and len(capsys.readouterr().out.splitlines()) == 1
    assert loss == pytest.approx((logits(network) ** 2).sum(axis=1).mean(), rel=1e-5)
    tl.utils.test(network, X, target, cost, print_result=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("batch_size", [None, 1, 10, 53, 54])
def test_predict_gives_every_row_in_order(network, batch_size):
    out = tl.utils.predict(network, X, batch_size=batch_size)
    np.testing.assert_allclose(out, logits(network), rtol=1e-4, atol=1e-5)
    labels = tl.utils.predict(network, X, lambda y: tf.argmax(y, 1), batch_size)
    np.testing.assert_array_equal(labels, logits(network).argmax(axis=1))


def test_accuracy():
    assert float(accuracy(tf.constant([[1.0, 2], [2, 1], [0, 1]]), [1, 1, 1])) == pytest.approx(
        2 / 3
    )


def test_evaluation_by_hand_and_by_scikit_learn():
    truth, guess = [0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 0]
    c_mat, f1, acc, f1_macro = evaluation(truth, guess, n_classes=4)
    assert c_mat.tolist() == [[2, 1, 0, 0], [0, 2, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    # class 0: precision 2/3, recall 2/3; class 1: 2/3 and 1; class 2: never guessed; 3: not there
    np.testing.assert_allclose(f1, [2 / 3, 4 / 5, 0, 0])
    assert acc == pytest.approx(4 / 6) and f1_macro == pytest.approx((2 / 3 + 4 / 5) / 3)
    truth, guess = rng.integers(0, 5, 200), rng.integers(0, 5, 200)
    _, _, acc, f1_macro = evaluation(truth, guess, n_classes=5)
    assert f1_macro == pytest.approx(sklearn.metrics.f1_score(truth, guess, average="macro"))
    assert acc == pytest.approx((truth == guess).mean())


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (([0, 1], [0], 2), ["(2,)", "(1,)", "same number"]),
        (([], [], 2), ["empty"]),
        (([0, 2], [0, 1], 2), ["y_test", "from 0 to 2", "0 to 1"]),
        (([0, 1], [-1, 1], 2), ["y_predict", "from -1 to 1"]),
    ],
)
def test_evaluation_names_what_is_wrong(arguments, parts):
    with pytest.raises(ValueError) as error:
        evaluation(*arguments)
    assert all(part in str(error.value) for part in ["evaluation", *parts]), error.value


def test_dict_to_one():
    assert tl.utils.dict_to_one({"a": 0.5, "b": 0.1}) == {"a": 1.0, "b": 1.0}
    network = DropoutLayer(InputLayer((6,)), keep=0.5, name="d")
    network.set_keep(tl.utils.dict_to_one(network.all_drop))
    np.testing.assert_array_equal(network.model(X, training=True), X)


def test_oversampling_balances_keeps_all_rows_and_draws_evenly(capsys):
    y = np.array([3] * 10 + [5] * 4 + [9] * 1)  # no label 0, which the original needed
    X = np.arange(15)
    X_more, y_more = class_balancing_oversample(X, y, seed=1)
    np.testing.assert_array_equal(y[X_more], y_more)
    count = np.bincount(X_more, minlength=15)
    assert [count[:10].tolist(), count[14]] == [10 * [1], 10]
    assert sorted(count[10:14]) == [2, 2, 3, 3]
    assert (np.diff(y_more) != 0).sum() > 4  # shuffled
    assert capsys.readouterr().out.splitlines() == [
        "before: {3: 10, 5: 4, 9: 1}",
        "after:  {3: 10, 5: 10, 9: 10}",
    ]
    again = class_balancing_oversample(X, y, printable=False, seed=1)
    np.testing.assert_array_equal(again[0], X_more)
    assert capsys.readouterr().out == ""
    assert (class_balancing_oversample(X, y, printable=False, seed=2)[0] != X_more).any()


def test_oversampling_names_what_is_wrong():
    for X, y in ((np.ones(3), np.ones(2)), (np.ones(0), np.ones(0)), (np.ones(2), np.ones((2, 1)))):
        with pytest.raises(ValueError, match="class_balancing_oversample: .*expected"):
            class_balancing_oversample(X, y)


def test_snapshots_copy_after_the_wanted_epochs():
    network = DenseLayer(InputLayer((6,)), 3)
    W = network.all_params[0]
    begin = keras.ops.convert_to_numpy(W).copy()
    snapshots = Snapshots(W, epochs=[1, 3, 99])
    options = {"learning_rate": 0.1, "print_freq": 0}
    tl.utils.fit(network, X, Y, n_epoch=3, on_epoch=snapshots, **options)
    assert snapshots.epochs == [0, 1, 3]
    np.testing.assert_array_equal(snapshots.values[0], begin)
    np.testing.assert_array_equal(snapshots.values[2], W)
    assert (snapshots.values[1] != begin).any() and (
        snapshots.values[1] != snapshots.values[2]
    ).any()


def test_snapshots_resume_from_their_file(tmp_path):
    path = tmp_path / "filters.npz"
    param = keras.Variable([1.0, 2.0])
    first = Snapshots(param, [1, 2, 4], path)
    for epoch in (1, 2):
        param.assign([epoch, 10.0 * epoch])
        first({"epoch": [epoch]})
    param.assign([7.0, 7.0])
    second = Snapshots(param, [1, 2, 4], path)
    for epoch in (2, 3, 4):  # 2 comes again where the run was killed before its checkpoint
        second({"epoch": [epoch]})
    assert second.epochs == [0, 1, 2, 4]
    np.testing.assert_array_equal(second.values, [[1, 2], [1, 10], [2, 20], [7, 7]])
    marks, *stored = tl.files.load_npz(name=path)
    assert marks.tolist() == [0, 1, 2, 4] and len(stored) == 4


def test_snapshots_refuse_a_file_that_is_not_theirs(tmp_path):
    Snapshots(keras.Variable([1.0, 2.0]), [1], tmp_path / "a.npz")
    with pytest.raises(ValueError, match=r"a.npz holds copies of shape \(2,\); expected \(3,\)"):
        Snapshots(keras.Variable([1.0, 2.0, 3.0]), [1], tmp_path / "a.npz")
    with pytest.raises(ValueError, match="path is .*ends in .npz"):
        Snapshots(keras.Variable([1.0]), [1], tmp_path / "a")
