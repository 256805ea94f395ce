"""Values that once gave wrong answers without a word: each with the right one."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tlcore as tl
from tlcore.layers import Conv2d, DenseLayer, DropoutLayer, FlattenLayer, InputLayer, MaxPool2d


def dense(n_in=4, n_units=2, **options):
    return DenseLayer(InputLayer((n_in,)), n_units, **options)


def test_a_layer_below_is_never_lost():
    a = dense(8, 8)
    with pytest.raises(ValueError, match="InputLayer: shape is what add"):
        InputLayer(a.outputs + 1.0)


def test_all_drop_applies_what_it_is_given():
    network = DropoutLayer(InputLayer((4,)), keep=0.5, name="d")
    network.all_drop["d"] = 0.25
    kept = network.model(np.ones((1000, 4)), training=True).numpy()
    assert set(np.unique(kept)) == {0.0, 4.0} and 0.2 < (kept > 0).mean() < 0.3
    network.all_drop.update(d=1.0)
    np.testing.assert_array_equal(network.model(np.ones((9, 4)), training=True), 1)
    with pytest.raises(KeyError, match="no dropout layer 'e'; expected \\['d'\\]"):
        network.all_drop["e"] = 0.5
    with pytest.raises(ValueError, match="KEPT"):
        network.all_drop["d"] = 0


def test_a_translators_longest_gradient_may_be_assigned():
    network = tl.layers.EmbeddingAttentionSeq2seq(20, 20, size=8)
    data = [[([5, 6], [7, 8, 2])] * 4]
    trainer = tl.train.TranslationTrainer(network, data, [(2, 4)], batch_size=4)
    trainer.run()
    trainer.max_grad_norm = 1e-12
    before = [v.numpy() for v in trainer.variables]
    trainer.run()
    for value, variable in zip(before, trainer.variables, strict=True):
        np.testing.assert_allclose(variable, value, atol=1e-9)
    assert trainer.max_grad_norm == 1e-12


@pytest.mark.parametrize("y", [np.eye(2)[[0, 1, 0, 1]], np.array([[0], [1], [0], [1]])])
def test_labels_of_another_form_are_named_without_a_trace(y):
    with pytest.raises((ValueError, TypeError)) as error:
        tl.utils.fit(dense(), np.ones((4, 4), "float32"), y, n_epoch=1, print_freq=0)
    assert "user code" not in str(error.value) and "target" in str(error.value)


def test_a_cost_that_is_no_scalar_is_named_without_a_trace():
    with pytest.raises(ValueError, match="^cost gives a tensor of shape"):
        tl.utils.fit(dense(), np.ones((4, 4)), [0, 1, 0, 1], cost=lambda y, t: y[:, 0])


@pytest.mark.parametrize(
    ("shape", "build", "right"),
    [
        ([None, 784], lambda x: DenseLayer(x, 2), r"InputLayer\(\(784,\)\)"),
        ([None, 28, 28, 1], lambda x: Conv2d(x, 2), r"InputLayer\(\(28, 28, 1\)\)"),
    ],
)
def test_a_shape_with_the_batch(shape, build, right):
    with pytest.raises(ValueError, match=f"Leave the batch out: {right}"):
        build(InputLayer(shape))
    assert build(InputLayer(shape[1:])).count_params() > 0


def test_classes_that_never_occur_do_not_count():
    _, f1, acc, macro = tl.utils.evaluation([0, 1], [0, 1], 4)
    assert (f1.tolist(), acc, macro) == ([1.0, 1.0, 0.0, 0.0], 1.0, 1.0)
    _, f1, _, macro = tl.utils.evaluation([0, 1], [0, 2], 4)  # 1 and 2 occur, and are wrong
    assert macro == pytest.approx(1 / 3)


HUGE = np.array([[1e300, 0, 0, 0]])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: tl.utils.fit(dense(), HUGE, [0]), "X_train"),
        (lambda: tl.utils.predict(dense(), HUGE), "X"),
        (lambda: tl.utils.test(dense(), HUGE, [0]), "X_test"),
        (lambda: tl.utils.predict(dense(), HUGE * np.nan), "X"),
        (lambda: tl.utils.test(dense(), np.ones((1, 4)), [np.inf]), "y_test"),
        (lambda: tl.utils.fit(dense(), np.ones((1, 4)), [[1e300, 0]]), "y_train"),
        (lambda: tl.visualize.tsne(np.eye(9) * 1e300, 3), "vectors"),
        (lambda: tl.nlp.similar(np.eye(3) * 1e300, 0), "embeddings"),
        (lambda: tl.rein.discount_episode_rewards([1e300, 0]), "rewards"),
        (lambda: tl.rein.normalize_returns([1.0, np.inf]), "returns"),
    ],
)
def test_what_is_infinite_in_float32_is_refused(call, name):
    with pytest.raises(ValueError, match=f"{name} holds (NaN|numbers beyond).*expected"):
        call()


def test_ids_beyond_int32_are_not_wrapped_round():
    ids = InputLayer((2,), dtype="int32")
    network = tl.layers.EmbeddingInputlayer(ids, 10, 4)
    with pytest.raises(ValueError, match="X holds numbers beyond the range of int32, first in row"):
        tl.utils.predict(network, np.array([[1, 2], [2**32 + 3, 4]]))
    with pytest.raises(ValueError, match="raw_data has ids from 0 to 4294967296"):
        tl.iterate.ptb_iterator([0, 1, 2**32, 3], 1, 2)


@pytest.mark.parametrize("form", ["channels_first", "channels_last"])
def test_pictures_are_height_width_channels(form):
    before = keras.config.image_data_format()
    keras.config.set_image_data_format(form)
    try:
        network = Conv2d(InputLayer((28, 26, 1)), n_filter=4)
        assert network.outputs.shape == (None, 28, 26, 4)
        network = MaxPool2d(network)
        assert network.outputs.shape == (None, 14, 13, 4)
        network = FlattenLayer(tl.layers.MeanPool2d(network))
        x = np.random.default_rng(0).normal(size=(2, 7, 7, 4)).astype("float32")
        flat = FlattenLayer(InputLayer((7, 7, 4))).model(x)
        np.testing.assert_array_equal(flat, x.reshape(2, -1))
    finally:
        keras.config.set_image_data_format(before)


def test_a_mask_of_nothing_costs_nothing_as_documented():
    logits, targets = np.zeros((2, 5)), np.zeros((1, 2), int)
    mask = np.zeros((1, 2))
    assert float(tl.cost.cross_entropy_seq_with_mask(logits, targets, mask)) == 0
    assert "none does, the mean is 0" in tl.cost.cross_entropy_seq_with_mask.__doc__


@pytest.mark.parametrize(
    "call",
    [
        lambda: tl.cost.cross_entropy(np.zeros((2, 3)), [0, 5]),
        lambda: tl.cost.cross_entropy_seq(np.zeros((2, 3)), [[0, 99]]),
        lambda: tl.cost.cross_entropy_seq(np.zeros((2, 3)), [[0, -1]]),
        lambda: tl.cost.cross_entropy(tf.zeros((1, 3)), tf.constant([2**32], tf.int64)),
        lambda: tl.rein.cross_entropy_reward_loss(np.zeros((2, 3)), [0, 3], [1.0, 1.0]),
    ],
)
def test_a_label_outside_the_classes_is_named(call):
    with pytest.raises(ValueError, match=r"(target|seqs|actions) has values.*expected 0 to 2"):
        call()


def test_regularizers_and_sigmoid_cross_entropy_against_numpy():
    W = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
    assert float(tl.cost.maxnorm_o_regularizer(2.0)(W)) == pytest.approx(2 * abs(W).max(0).sum())
    assert float(tl.cost.maxnorm_i_regularizer(2.0)(W)) == pytest.approx(2 * abs(W).max(1).sum())
    target = np.random.default_rng(1).uniform(size=(6, 4))
    s = 1 / (1 + np.exp(-W.astype(float)))
    expected = -(target * np.log(s) + (1 - target) * np.log(1 - s)).mean()
    assert float(tl.cost.sigmoid_cross_entropy(W, target)) == pytest.approx(expected, 1e-5)


def test_the_remedies_for_labels_work_when_they_are_followed():
    X = np.ones((4, 4), "float32")
    for y in (
        np.array([True, False] * 2),
        np.array(["a", "b"] * 2),
        np.array([0, "b"] * 2, object),
    ):
        with pytest.raises(TypeError) as error:
            tl.utils.fit(dense(), X, y, n_epoch=1, print_freq=0)
        fix = "int32" if y.dtype == bool else "np.unique(y_train, return_inverse=True)[1]"
        assert fix in str(error.value)
        y = (
            y.astype("int32")
            if y.dtype == bool
            else np.unique(y.astype(str), return_inverse=True)[1]
        )
        tl.utils.fit(dense(), X, y, n_epoch=1, print_freq=0)
    one = dense(n_units=1, act="sigmoid")
    y = np.array([0, 1, 0, 1])
    with pytest.raises(ValueError, match=r"binary_cross_entropy and y_train\[:, None\]"):
        tl.utils.fit(one, X, y, cost=tl.cost.binary_cross_entropy, n_epoch=1)
    tl.utils.fit(one, X, y[:, None], cost=tl.cost.binary_cross_entropy, n_epoch=1, print_freq=0)
    with pytest.raises(ValueError, match=r"\[:, None\]"):
        tl.utils.fit(one, X, y.astype("float32"), cost=tl.cost.binary_cross_entropy, n_epoch=1)


def test_environments_of_numbers_say_what_helps_and_it_does():
    import gymnasium

    for name in ("FrozenLake-v1", "Blackjack-v1"):
        with pytest.raises(TypeError, match=r"FlattenObservation\(gymnasium.make"):
            tl.rein.make_environments(name)
        wrapped = tl.rein.make_environments(
            lambda name=name: gymnasium.wrappers.FlattenObservation(gymnasium.make(name))
        )
        network = DenseLayer(InputLayer(wrapped.input_shape), wrapped.n_actions)
        trainer = tl.train.PolicyGradient(network, wrapped, batch_size=1, mode=1, max_steps=5)
        assert trainer.update()["episodes"] == 1


def test_an_environment_that_gives_nan_is_named():
    import gymnasium

    class Broken(gymnasium.ObservationWrapper):
        def observation(self, observation):
            return observation * np.nan

    environments = tl.rein.make_environments(lambda: Broken(gymnasium.make("CartPole-v1")))
    with pytest.raises(FloatingPointError, match="environment CartPole-v1 gave NaN"):
        tl.rein.play_episodes(environments, lambda x: np.ones((len(x), 2)) / 2, [0])


def test_word_vectors_of_a_text_are_no_archive(tmp_path):
    (tmp_path / "glove.npz").write_text("the 0.1 0.2\ncat 0.3 0.4\n")
    with pytest.raises(ValueError, match=r"GloVe's, is split first: word, \*numbers = line.split"):
        tl.files.load_embedding(tmp_path / "glove.npz")


def test_what_a_reconstruction_rebuilds_is_a_layer_below():
    encoder = dense(8, 4, act="sigmoid")
    with pytest.raises(TypeError, match="x_recon is a KerasTensor; expected a layer"):
        tl.layers.ReconLayer(encoder, keras.Input((8,)), n_units=8, act=tf.nn.sigmoid)
    with pytest.raises(ValueError, match="x_recon is a layer of another network"):
        tl.layers.ReconLayer(encoder, dense(8, 8), n_units=8, act=tf.nn.sigmoid)


def test_a_map_of_few_words():
    vectors = np.random.default_rng(0).normal(size=(20, 8))
    assert tl.visualize.tsne(vectors, max_iter=250).shape == (20, 2)
    tl.visualize.tsne_embedding(vectors, [str(i) for i in range(20)], plot_only=20)


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"batch_size": 2**40}, "batch_size is 1099511627776"),
        ({"print_freq": "a"}, "print_freq is 'a'"),
        ({"on_epoch": 5}, "on_epoch is 5"),
        ({"keep_best": True}, "keep_best is True.*expected X_val"),
        ({"class_weight": {5: 1.0}}, "class_weight is 5; expected a whole number from 0 to 1"),
        ({"class_weight": {0: -1.0}}, "class_weight is -1.0"),
        ({"class_weight": "even"}, "class_weight is 'even'; expected 'balanced'"),
    ],
)
def test_settings_of_fit_that_can_not_be(options, part):
    with pytest.raises((ValueError, TypeError), match=part):
        tl.utils.fit(dense(), np.ones((4, 4)), [0, 1, 0, 1], **{"n_epoch": 1, **options})
    for keep in ("0.5", True, 2**2000):
        with pytest.raises((ValueError, TypeError), match="keep is"):
            DropoutLayer(InputLayer((4,)), keep=keep)


def test_rare_classes_may_count_more():
    X, y = np.random.default_rng(0).normal(size=(6, 4)).astype("float32"), np.array([0] * 5 + [1])
    start = np.random.default_rng(1).normal(size=(4, 2)).astype("float32")

    def trained(**options):
        network = dense(b_init=None)
        network.all_params[0].assign(start)
        options = {"optimizer": "sgd", "learning_rate": 1.0, "batch_size": 6, **options}
        tl.utils.fit(network, X, y, n_epoch=1, print_freq=0, **options)
        return network.all_params[0].numpy()

    p = np.exp(X @ start) / np.exp(X @ start).sum(1, keepdims=True)
    weights = np.where(y == 1, 3.0, 0.6)  # 6 / (2 * 1) and 6 / (2 * 5)
    gradient = X.T @ ((p - np.eye(2)[y]) * weights[:, None]) / 6
    np.testing.assert_allclose(trained(class_weight="balanced"), start - gradient, atol=1e-5)
    np.testing.assert_allclose(trained(class_weight={0: 0.6, 1: 3.0}), start - gradient, atol=1e-5)


def test_the_best_epoch_is_kept_and_measured_on_a_board(tmp_path, capsys):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 4)).astype("float32"), rng.integers(0, 2, 40)
    network, copies = dense(), []
    history = tl.utils.fit(
        network, X[:20], y[:20], X_val=X[20:], y_val=y[20:], n_epoch=6, learning_rate=0.3,
        keep_best=True, tensorboard=tmp_path / "logs", print_freq=6, checkpoint=tmp_path / "c.npz",
        on_epoch=lambda history: copies.append(network.all_params[0].numpy()),
    )  # fmt: skip
    best = int(np.argmin(history["val_loss"]))
    np.testing.assert_array_equal(network.all_params[0], copies[best])
    assert f"Kept the weights of epoch {best + 1}" in capsys.readouterr().out
    events = list((tmp_path / "logs").iterdir())
    records = tf.data.TFRecordDataset([str(path) for path in events]).as_numpy_iterator()
    told = [tf.compat.v1.Event.FromString(record) for record in records]
    curve = [v.simple_value for e in told for v in e.summary.value if v.tag == "val_loss"]
    np.testing.assert_allclose(curve, history["val_loss"], rtol=1e-6)
    assert [event.step for event in told] == [0, 1, 2, 3, 4, 5, 6]
    again = dense()  # a run that resumes remembers its best
    tl.utils.fit(
        again, X[:20], y[:20], X_val=X[20:], y_val=y[20:], n_epoch=6, learning_rate=0.3,
        keep_best=True, print_freq=0, checkpoint=tmp_path / "c.npz",
    )  # fmt: skip
    np.testing.assert_array_equal(again.all_params[0], copies[best])


def test_a_text_goes_on_as_the_network_says():
    words = tl.layers.EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 6, 8)
    network = tl.layers.RNNLayer(words, "lstm", n_hidden=8, return_seq_2d=True)
    network = tl.layers.WordLogitsLayer(network, 6)
    found = tl.utils.generate(network, [1, 2], n_words=4, temperature=None)
    read = [1, 2]
    for expected in found:  # the whole text anew each time, and the likeliest word
        assert int(np.argmax(network.model(np.array([read])).numpy()[-1])) == expected
        read.append(expected)
    rng = [np.random.default_rng(0) for _ in range(2)]
    one, two = (tl.utils.generate(network, [1], 9, 1.0, top_k=3, rng=r) for r in rng)
    assert one == two and len(one) == 9


def test_local_response_normalisation_against_numpy():
    x = np.random.default_rng(0).normal(size=(2, 3, 3, 7)).astype("float32")
    network = tl.layers.LocalResponseNormLayer(InputLayer((3, 3, 7)), 2, 1.5, 0.3, 0.75)
    sums = np.stack([(x[..., max(0, i - 2) : i + 3] ** 2).sum(-1) for i in range(7)], axis=-1)
    np.testing.assert_allclose(network.model(x), x / (1.5 + 0.3 * sums) ** 0.75, rtol=1e-5)


def test_the_other_vocabulary(tmp_path):
    sentences = [tl.nlp.process_sentence(s) for s in ("How are you?", "How am I?")]
    assert sentences[0] == ["<S>", "how", "are", "you", "?", "</S>"]
    made = tl.nlp.create_vocab(sentences, tmp_path / "counts.txt", min_word_count=2)
    read = tl.nlp.Vocabulary(tmp_path / "counts.txt")
    assert made.vocab == read.vocab == {
        "<PAD>": 0, "</S>": 1, "<S>": 2, "?": 3, "how": 4, "<UNK>": 5,
    }  # fmt: skip
    assert (read.start_id, read.end_id, read.pad_id, read.unk_id) == (2, 1, 0, 5)
    assert read.word_to_id("am") == 5 and read.id_to_word(99) == "<UNK>"
    with pytest.raises(ValueError, match="has no '<GO>'; expected start_word"):
        tl.nlp.Vocabulary(tmp_path / "counts.txt", start_word="<GO>")


def test_any_keras_layer_or_model_stands_in_a_network():
    whole = keras.Sequential([keras.Input((8,)), keras.layers.Dense(5), keras.layers.PReLU()])
    network = tl.layers.Layer(dense(4, 8), keras.layers.UnitNormalization())
    network = DenseLayer(tl.layers.Layer(network, whole), 2)
    assert network.count_params() == 4 * 8 + 8 + 8 * 5 + 5 + 5 + 5 * 2 + 2
    tl.utils.fit(network, np.ones((4, 4)), [0, 1, 0, 1], n_epoch=1, print_freq=0)


def test_the_seeds_own_line_for_biases():
    tl.layers.Word2vecEmbeddingInputlayer(
        vocabulary_size=99, embedding_size=4, nce_b_init=tf.constant_initializer(0.0)
    )
