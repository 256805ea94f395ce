"""fit, against a loop written by hand and against Keras's own fit."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf

import tlcore as tl
from tlcore.layers import DenseLayer, DropoutLayer, InputLayer

rng = np.random.default_rng(0)
X = rng.normal(size=(100, 6)).astype("float32")
Y = (X[:, 0] + X[:, 1] > 0).astype("int32")
QUIET = {"print_freq": 0}


def network(act="tanh", keep=None, name="drop1"):
    below = InputLayer((6,))
    if keep is not None:
        below = DropoutLayer(below, keep=keep, name=name)
    return DenseLayer(DenseLayer(below, 8, act), 2)


def twin(net):
    """Return a network with the same weights."""
    other = network()
    tl.files.assign_params(values(net), other)
    return other


def values(net):
    return [keras.ops.convert_to_numpy(p).copy() for p in net.all_params]


def close(a, b, atol=1e-5):
    for x, y in zip(values(a), values(b), strict=True):
        np.testing.assert_allclose(x, y, atol=atol)


@pytest.mark.parametrize(
    "optimizer", [lambda: keras.optimizers.SGD(0.5), lambda: keras.optimizers.Adam(0.01)]
)
def test_equals_a_loop_in_numpys_order_and_keras(optimizer):
    net = network()
    by_hand, by_keras = twin(net), twin(net)
    history = tl.utils.fit(
        net, X, Y, optimizer=optimizer(), batch_size=32, n_epoch=2, seed=3, **QUIET
    )

    descent, losses = optimizer(), []
    for epoch in range(2):
        rows = np.arange(100, dtype=np.int32)
        np.random.default_rng([3, epoch]).shuffle(rows)
        total = 0.0
        for i in range(0, 100, 32):
            x, t = X[rows[i : i + 32]], Y[rows[i : i + 32]]
            with tf.GradientTape() as tape:
                log_p = tf.nn.log_softmax(by_hand.model(x, training=True))
                cost = -tf.reduce_mean(tf.gather(log_p, t, batch_dims=1))
            descent.apply(tape.gradient(cost, by_hand.all_params), by_hand.all_params)
            total += float(cost) * len(x)
        losses.append(total / 100)
    close(net, by_hand)
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-5)

    order = [np.arange(100, dtype=np.int32) for _ in range(2)]
    by_keras.model.compile(
        optimizer(), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    for epoch, rows in enumerate(order):
        np.random.default_rng([3, epoch]).shuffle(rows)
        by_keras.model.fit(X[rows], Y[rows], batch_size=32, shuffle=False, verbose=0)
    close(net, by_keras)


def test_one_step_of_softmax_regression_equals_numpy():
    net = DenseLayer(InputLayer((6,)), 2)
    W, b = values(net)
    tl.utils.fit(net, X, Y, optimizer="sgd", learning_rate=0.5, batch_size=100, n_epoch=1, **QUIET)
    p = np.exp(X @ W + b)
    p /= p.sum(axis=1, keepdims=True)
    error = (p - np.eye(2)[Y]) / 100
    np.testing.assert_allclose(values(net)[0], W - 0.5 * X.T @ error, atol=1e-6)
    np.testing.assert_allclose(values(net)[1], b - 0.5 * error.sum(axis=0), atol=1e-6)


def test_it_learns_and_the_history_agrees_with_test(capsys):
    net = network(keep=0.9)
    history = tl.utils.fit(
        net, X, Y, learning_rate=0.05, n_epoch=11, print_freq=5, X_val=X[:30], y_val=Y[:30]
    )
    assert list(history) == "epoch seconds loss train_loss train_acc val_loss val_acc".split()
    assert history["epoch"] == list(range(1, 12)) and None not in history["val_acc"]
    reported = [i + 1 for i, loss in enumerate(history["train_loss"]) if loss is not None]
    assert reported == [1, 5, 10]
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"Epoch 1 of 11 took \d+\.\d\ds", lines[0]) and len(lines) == 15
    number = r"\d+\.\d{6}"
    for line, name in zip(
        lines[1:5], ("train loss", "train acc", "val loss", "val acc"), strict=True
    ):
        assert re.fullmatch(f"   {name}: {number}", line)
    loss, acc = tl.utils.test(net, X[:30], Y[:30], print_result=False)
    assert (history["val_loss"][-1], history["val_acc"][-1]) == pytest.approx((loss, acc), rel=1e-6)
    assert acc > 0.8


def test_eval_train_off_and_no_validation():
    history = tl.utils.fit(network(), X, Y, n_epoch=2, eval_train=False, print_freq=1)
    assert list(history) == ["epoch", "seconds", "loss"]


def test_acc_may_be_another_or_none():
    options = {"n_epoch": 1, "print_freq": 1}
    always_3 = tl.utils.fit(network(), X, Y, acc=lambda y, t: 3.0, **options)
    assert always_3["train_acc"] == [3.0]
    assert "train_acc" not in tl.utils.fit(network(), X, Y, acc=None, **options)
    real = tl.utils.fit(
        network(), X, rng.normal(size=(100, 2)), cost=tl.cost.mean_squared_error, **options
    )
    assert "train_acc" not in real and "train_loss" in real


def test_a_cost_may_close_over_the_network():
    net = DenseLayer(InputLayer((6,)), 2)
    W, b = values(net)

    def cost(output, target):
        penalty = tl.cost.maxnorm_regularizer(1.0)(net.all_params[0])
        return 0.0 * tl.cost.cross_entropy(output, target) + penalty

    history = tl.utils.fit(
        net, X, Y, cost, optimizer="sgd", learning_rate=0.01, n_epoch=1, print_freq=1
    )
    largest = np.abs(W) == np.abs(W).max()
    np.testing.assert_allclose(values(net)[0], W - 0.01 * np.sign(W) * largest, atol=1e-6)
    np.testing.assert_array_equal(values(net)[1], b)
    assert history["train_loss"][0] == pytest.approx(np.abs(values(net)[0]).max(), rel=1e-6)


def test_keep_and_rate_move_live_in_one_trace():
    net = network(keep=0.5)
    optimizer, traces, rates = keras.optimizers.SGD(0.1), [], []

    def cost(output, target):
        traces.append(1)
        return tl.cost.cross_entropy(output, target)

    def on_epoch(history):
        rates.append([value.copy() for value in values(net)])
        if len(rates) == 2:
            net.all_drop["drop1"].assign(1.0)  # no noise from here: epochs are repeatable
            optimizer.learning_rate = 0.0

    options = {"acc": None, "eval_train": False, "on_epoch": on_epoch, **QUIET}
    history = tl.utils.fit(net, X, Y, cost, optimizer=optimizer, n_epoch=5, **options)
    # Once for the step and, before it, once for the evaluation or not at all.
    assert len(traces) <= 2
    assert (rates[0][0] != rates[1][0]).any()
    np.testing.assert_array_equal(rates[1][0], rates[4][0])
    assert history["loss"][2] == pytest.approx(history["loss"][4], rel=1e-5)
    assert history["loss"][2] == pytest.approx(
        tl.utils.test(net, X, Y, print_result=False)[0], rel=1e-5
    )


def test_fit_twice_carries_on():
    net = network()
    first = tl.utils.fit(net, X, Y, learning_rate=0.05, n_epoch=3, **QUIET)
    second = tl.utils.fit(net, X, Y, learning_rate=0.05, n_epoch=3, **QUIET)
    assert second["epoch"] == [1, 2, 3] and second["loss"][0] < first["loss"][0]


def test_an_optimizer_carries_on_in_a_second_fit():
    optimizer, net = keras.optimizers.Adam(0.01), network()
    whole = twin(net)
    tl.utils.fit(whole, X, Y, optimizer=keras.optimizers.Adam(0.01), n_epoch=4, **QUIET)
    for _ in range(2):  # one step an epoch: their order is all the same
        tl.utils.fit(net, X, Y, optimizer=optimizer, n_epoch=2, **QUIET)
    assert int(optimizer.iterations) == 4
    close(net, whole)


def test_only_train_params_move():
    net = network()
    before = values(net)
    tl.utils.fit(net, X, Y, learning_rate=0.1, n_epoch=1, train_params=net.all_params[2:], **QUIET)
    moved = [(a != b).any() for a, b in zip(before, values(net), strict=True)]
    assert moved == [False, False, True, True]


def test_the_same_seed_gives_the_same_run():
    def run(seed):
        keras.utils.set_random_seed(0)
        net = network(keep=0.5)
        tl.utils.fit(net, X, Y, learning_rate=0.1, n_epoch=2, batch_size=16, seed=seed, **QUIET)
        return values(net)

    same = [np.array_equal(a, b) for a, b in zip(run(1), run(1), strict=True)]
    assert all(same) and any((a != b).any() for a, b in zip(run(1), run(2), strict=True))


def test_bfloat16_learns_with_float32_variables_and_cost():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        net = network()
        dtypes = []

        def cost(output, target):
            dtypes.append((output.dtype, tl.cost.cross_entropy(output, target).dtype))
            return tl.cost.cross_entropy(output, target)

        history = tl.utils.fit(net, X, Y, cost, learning_rate=0.05, n_epoch=10, **QUIET)
        predicted = tl.utils.predict(net, X)
    finally:
        keras.config.set_dtype_policy("float32")
    assert dtypes[0] == (tf.bfloat16, tf.float32)
    assert history["loss"][-1] < 0.6 * history["loss"][0]
    assert {str(p.dtype) for p in net.all_params} == {"float32"} and predicted.dtype == np.float32


def test_a_nan_loss_is_an_error():
    with pytest.raises(FloatingPointError, match="learning_rate is 1e[+]30.*smaller"):
        tl.utils.fit(
            network("relu"), X, Y, optimizer="sgd", learning_rate=1e30, batch_size=10, n_epoch=9
        )


def test_nothing_is_printed_beside_the_reports(capfd):
    for _ in range(6):  # TensorFlow warned of retracing at the fifth
        net = DenseLayer(InputLayer((6,)), 2)
        cost, acc = lambda y, t: tl.cost.cross_entropy(y, t), lambda y, t: tl.utils.accuracy(y, t)
        tl.utils.fit(net, X, Y, cost, acc, batch_size=100, n_epoch=1, eval_train=False, **QUIET)
        tl.utils.predict(net, X)
        tl.utils.test(net, X, Y, cost, acc, print_result=False)
    assert capfd.readouterr() == ("", "")
