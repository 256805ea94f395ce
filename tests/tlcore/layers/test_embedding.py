import keras
import numpy as np
import pytest
import tensorflow as tf

import tlcore as tl
from tlcore.layers import (
    DenseLayer,
    EmbeddingInputlayer,
    FlattenLayer,
    InputLayer,
    Word2vecEmbeddingInputlayer,
)

rng = np.random.default_rng(0)


def values(param):
    return keras.ops.convert_to_numpy(param)


def word2vec(**options):
    sizes = {"vocabulary_size": 20, "embedding_size": 6, "num_sampled": 4}
    return Word2vecEmbeddingInputlayer(**(sizes | options))


# ---------------------------------------------------------------------------- the table of vectors


@pytest.mark.parametrize("shape", [(), (2, 5)])
def test_each_id_gets_its_row(shape):
    layer = EmbeddingInputlayer(InputLayer(shape, dtype="int32"), 20, 6)
    ids = rng.integers(0, 20, (4, *shape))
    assert layer.outputs.shape == (None, *shape, 6)
    np.testing.assert_array_equal(layer.model(ids), values(layer.all_params[0])[ids])


def test_the_defaults_are_the_tutorials():
    layer = EmbeddingInputlayer()
    table = values(layer.all_params[0])
    assert layer.outputs.shape == (None, 200) and table.shape == (80000, 200)
    assert layer.count_params() == 16_000_000
    assert table.min() == pytest.approx(-0.1, rel=1e-3) and table.std() == pytest.approx(
        0.2 / np.sqrt(12), rel=1e-3
    )


def test_a_keras_input_will_do():
    assert EmbeddingInputlayer(keras.Input((7,), dtype="int64"), 20, 6).outputs.shape == (
        None, 7, 6
    )  # fmt: skip


def test_normalized_embeddings_follow_the_table():
    layer = EmbeddingInputlayer(vocabulary_size=5, embedding_size=3)
    for _ in range(2):
        table = rng.normal(size=(5, 3)).astype("float32")
        layer.all_params[0].assign(table)
        expected = table / np.linalg.norm(table, axis=1, keepdims=True)
        np.testing.assert_allclose(layer.normalized_embeddings, expected, rtol=1e-5)


def test_it_begins_a_network_that_learns():
    texts = rng.integers(0, 20, (400, 4))
    labels = (texts == 7).any(axis=1).astype("int32")
    keras.utils.set_random_seed(0)
    network = EmbeddingInputlayer(InputLayer((4,), dtype="int32"), 20, 8, name="embedding")
    network = DenseLayer(FlattenLayer(network), n_units=16, act="relu", name="relu1")
    network = DenseLayer(network, n_units=2, name="output")
    assert [layer.name for layer in network.operations[1:]][0] == "embedding"
    assert [tuple(p.shape) for p in network.all_params[:2]] == [(20, 8), (32, 16)]
    options = dict(learning_rate=0.02, n_epoch=15, print_freq=0, progress=False)
    tl.utils.fit(network, texts, labels, **options)
    assert tl.utils.test(network, texts, labels, print_result=False)[1] > 0.97


def test_saved_vectors_go_into_another_network(tmp_path):
    trained = word2vec()
    tl.files.save_npz(trained.all_params, tmp_path / "model.npz")
    network = EmbeddingInputlayer(vocabulary_size=20, embedding_size=6, name="embedding_layer")
    loaded = tl.files.load_npz(tmp_path, "model.npz")
    tl.files.assign_params([loaded[0]], network)  # the vectors alone, as in the original
    np.testing.assert_array_equal(network.model(np.array([3])), values(trained.all_params[0])[[3]])
    with pytest.raises(ValueError, match="3 arrays for a network of 1"):
        tl.files.assign_params(loaded, network)


def test_the_model_can_be_saved(tmp_path):
    network = DenseLayer(EmbeddingInputlayer(vocabulary_size=20, embedding_size=6), n_units=2)
    network.model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again(np.arange(5)), network.model(np.arange(5)), rtol=1e-6)


@pytest.mark.parametrize("ids", [[3, 20], [3, -1], [1000, 0]])
def test_an_id_outside_the_vocabulary_is_an_error(ids):
    layer = EmbeddingInputlayer(vocabulary_size=20, embedding_size=6)
    parts = ["inputs hold", str(ids[0] if ids[0] > 19 else ids[1]), "from 0 to 19", "UNK"]
    with pytest.raises(ValueError) as error:
        layer.model(np.array(ids))
    assert all(part in str(error.value) for part in parts), error.value
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        tl.utils.predict(layer, np.array(ids, "int32"))
    assert all(part in str(error.value) for part in parts), error.value


@pytest.mark.parametrize(
    ("options", "kind", "parts"),
    [
        ({"vocabulary_size": 0}, ValueError, ["EmbeddingInputlayer: vocabulary_size is 0"]),
        ({"embedding_size": 1.5}, TypeError, ["embedding_size is 1.5", "whole number"]),
        ({"inputs": np.arange(3)}, TypeError, ["inputs is a ndarray", "InputLayer"]),
        ({"inputs": InputLayer((3,))}, TypeError, ["inputs are float32", "dtype='int32'"]),
    ],
)
def test_bad_arguments_are_named(options, kind, parts):
    with pytest.raises(kind) as error:
        EmbeddingInputlayer(**options)
    assert all(part in str(error.value) for part in parts), error.value


# --------------------------------------------------------------------------------------- word2vec


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def nce_by_hand(E, W, b, centres, labels, drawn, right_counts, drawn_counts, without_hits=False):
    """Gutmann and Hyvarinen: right or drawn? A logistic regression for each pair."""
    costs = []
    for centre, label, right_count in zip(centres, labels, right_counts, strict=True):
        cost = -np.log(sigmoid(W[label] @ E[centre] + b[label] - np.log(right_count)))
        for word, count in zip(drawn, drawn_counts, strict=True):
            if not (without_hits and word == label):
                cost -= np.log(1 - sigmoid(W[word] @ E[centre] + b[word] - np.log(count)))
        costs.append(cost)
    return np.mean(costs)


CENTRES, LABELS = np.array([3, 3, 11, 0]), np.array([5, 19, 2, 5])
DRAWN = (
    np.array([1, 5, 9, 5], "int64"),
    np.array([[0.3], [0.1], [1.2], [0.3]], "float32"),
    np.array([0.9, 0.3, 0.2, 0.3], "float32"),
)


@pytest.mark.parametrize("given", ["values", "function"])
@pytest.mark.parametrize("without_hits", [False, True])
def test_the_cost_is_the_formula(given, without_hits):
    sampled = DRAWN
    if without_hits:  # TensorFlow then expects no word twice
        sampled = (np.array([1, 5, 9, 2], "int64"), *DRAWN[1:])
    args = {"sampled_values": sampled if given == "values" else lambda labels: sampled}
    args["remove_accidental_hits"] = without_hits
    layer = word2vec(nce_loss_args=args, nce_W_init="random_normal", nce_b_init="random_normal")
    E, W, b = (values(p).astype("float64") for p in layer.all_params)
    drawn, right_counts, drawn_counts = sampled
    expected = nce_by_hand(
        E, W, b, CENTRES, LABELS, drawn, right_counts[:, 0], drawn_counts, without_hits
    )
    for labels in (LABELS, LABELS[:, None]):
        assert float(layer.nce_cost(CENTRES, labels)) == pytest.approx(expected, rel=1e-5)


def test_several_labels_of_a_centre_are_as_many_pairs():
    layer = word2vec(
        nce_loss_args={
            "sampled_values": (np.array([4, 9, 2], "int64"), np.ones((6, 1), "f"), np.ones(3, "f"))
        },
        num_sampled=3,
    )
    centres, labels = np.array([3, 7]), np.array([[1, 2, 3], [4, 5, 3]])

    def cost_and_gradients(centres, labels):
        with tf.GradientTape() as tape:
            cost = layer.nce_cost(centres, labels)
        gradients = tape.gradient(cost, [param.value for param in layer.all_params])
        return [cost, *map(tf.convert_to_tensor, gradients)]

    grouped = cost_and_gradients(centres, labels)
    written_out = cost_and_gradients(np.repeat(centres, 3), labels.reshape(-1))
    for one, other in zip(grouped, written_out, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


def test_cost_and_gradients_are_those_of_tensorflow():
    layer = word2vec(nce_loss_args={"sampled_values": DRAWN}, nce_W_init="random_normal")
    params = [param.value for param in layer.all_params]
    costs, gradients = [], []
    for ours in (True, False):
        with tf.GradientTape() as tape:
            if ours:
                cost = layer.nce_cost(CENTRES, LABELS)
            else:
                E, W, b = params
                cost = tf.reduce_mean(
                    tf.nn.nce_loss(
                        W, b, LABELS[:, None], tf.gather(E, CENTRES), 4, 20, sampled_values=DRAWN
                    )
                )
        costs.append(cost)
        gradients.append([tf.convert_to_tensor(g) for g in tape.gradient(cost, params)])
    assert float(costs[0]) == pytest.approx(float(costs[1]), rel=1e-6)
    for one, other in zip(*gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("shape", [(3,), (3, 2), (8,)])
def test_labels_of_other_centres_are_an_error(shape):
    with pytest.raises(ValueError, match="labels have shape .* for 4 centres"):
        word2vec().nce_cost(CENTRES, np.ones(shape, int))


def test_a_function_of_the_labels_is_asked_in_each_step():
    asked = []

    def draw(labels):
        asked.append(labels)
        counts = tf.ones_like(labels, tf.float32)
        words = tf.random.uniform([4], maxval=20, dtype=tf.int64)
        return words, counts, tf.ones(4)

    layer = word2vec(nce_loss_args={"sampled_values": draw})
    first, second = (float(layer.nce_cost(CENTRES, LABELS)) for _ in range(2))
    assert first != second and [a.shape for a in asked] == [(4, 1), (4, 1)]


def test_wrong_words_are_drawn_from_the_frequent_ones_and_anew():
    keras.utils.set_random_seed(0)
    layer = word2vec(vocabulary_size=1000, embedding_size=2, num_sampled=10)
    drawn = np.zeros(1000)
    for _ in range(300):
        drawn[layer._draw(tf.constant([[999]], tf.int64))[0]] += 1

    # What tf.nn.nce_loss promises: id k with share log((k + 2) / (k + 1)) / log(1001), no id twice.
    share = np.log((np.arange(1000) + 2) / (np.arange(1000) + 1)) / np.log(1001)
    expected = np.zeros(1000)
    for _ in range(300):
        expected[rng.choice(1000, 10, replace=False, p=share)] += 1
    for ids in (slice(0, 1), slice(1, 10), slice(10, 100), slice(100, 1000)):
        assert drawn[ids].sum() == pytest.approx(expected[ids].sum(), rel=0.2), ids


def test_the_defaults_of_word2vec_are_the_tutorials():
    layer = Word2vecEmbeddingInputlayer(vocabulary_size=50000, embedding_size=128)
    E, W, b = (values(p) for p in layer.all_params)
    assert (E.shape, W.shape, b.shape) == ((50000, 128), (50000, 128), (50000,))
    assert layer.num_sampled == 64 and layer.count_params() == 12_850_000
    assert E.min() == pytest.approx(-1, abs=1e-3) and E.std() == pytest.approx(
        2 / np.sqrt(12), rel=1e-2
    )
    # cut off at two standard deviations, which leaves 0.88 of one
    assert np.abs(W).max() <= 0.06 and W.std() == pytest.approx(0.03 * 0.88, rel=0.15)
    assert not b.any()


def test_params_come_in_order(capsys):
    layer = word2vec(name="word2vec_layer")
    assert layer.all_params[1:] == [layer.nce_weights, layer.nce_biases]
    assert layer.all_params[0] is layer.operation.embeddings
    layer.print_params()
    out = capsys.readouterr().out.splitlines()
    assert [line.split("(")[1].split(")")[0] for line in out[:3]] == ["20, 6", "20, 6", "20,"]
    assert "word2vec_layer/embeddings" in out[0] and "nce_biases" in out[2]
    assert out[3] == "num of params: 260"


def test_gradients_are_of_the_rows_of_the_batch():
    layer = word2vec(nce_loss_args={"sampled_values": DRAWN})
    with tf.GradientTape() as tape:
        cost = layer.nce_cost(CENTRES, LABELS)
    E, W, b = tape.gradient(cost, layer.all_params)
    assert all(isinstance(gradient, tf.IndexedSlices) for gradient in (E, W, b))
    assert sorted(E.indices.numpy()) == [0, 3, 3, 11]
    assert sorted(W.indices.numpy()) == sorted(b.indices.numpy()) == [1, 2, 5, 5, 5, 5, 9, 19]


def test_training_brings_words_of_like_neighbours_together():
    # Words 0-4 stand among 10-14, words 5-9 among 15-19: two topics that never meet.
    topic = rng.integers(0, 2, 6000)
    centres, contexts = (5 * topic + rng.integers(0, 5, 6000) + shift for shift in (0, 10))
    keras.utils.set_random_seed(0)
    layer = word2vec(E_init=keras.initializers.RandomUniform(-0.1, 0.1))
    data = [centres.astype("int32"), contexts.astype("int32")]
    trainer = tl.train.Trainer(
        layer.nce_cost, layer.all_params, tl.train.Adagrad(1.0), data, batch_size=32
    )
    tl.train.train_epochs(trainer, 3, print_freq=0, progress=False)
    cosines = layer.normalized_embeddings.numpy()[:10] @ layer.normalized_embeddings.numpy()[:10].T
    same = np.arange(10)[:, None] // 5 == np.arange(10) // 5
    assert cosines[same].min() > cosines[~same].max()


def test_biases_may_begin_with_an_array_or_tensorflows_initializer():
    start = np.linspace(-5, 0, 20)
    layer = word2vec(nce_b_init=start)
    np.testing.assert_allclose(values(layer.nce_biases), start, rtol=1e-6)
    layer = word2vec(nce_b_init=tf.constant_initializer(2.0))
    assert (values(layer.nce_biases) == 2).all()


@pytest.mark.parametrize(("centres", "labels"), [([3, 20], [1, 1]), ([3, 3], [1, 20]),
                                                 ([-1, 3], [1, 1]), ([3, 3], [-1, 1])])  # fmt: skip
def test_pairs_outside_the_vocabulary_are_an_error(centres, labels):
    layer = word2vec()
    name = "labels" if max(labels) > 19 or min(labels) < 0 else "inputs"
    with pytest.raises(ValueError, match=f"{name} hold.*from 0 to 19"):
        layer.nce_cost(np.array(centres), np.array(labels))
    data = [np.array(centres, "int32"), np.array(labels, "int32")]
    before = values(layer.all_params[0])
    trainer = tl.train.Trainer(
        layer.nce_cost, layer.all_params, tl.train.Adagrad(1.0), data, batch_size=2
    )
    with pytest.raises(tf.errors.InvalidArgumentError, match=f"{name} hold[^N]*from 0 to 19"):
        trainer.run()
    np.testing.assert_array_equal(values(layer.all_params[0]), before)


@pytest.mark.parametrize(
    ("options", "kind", "parts"),
    [
        ({"num_sampled": 21}, ValueError, ["num_sampled is 21", "from 1 to 20"]),
        ({"train_labels": [1, 2]}, TypeError, ["train_labels", "is a list"]),
        ({"nce_b_init": np.zeros(19)}, ValueError, ["nce_b_init has shape (19,)", "(20,)"]),
        (
            {"nce_loss_args": {"inputs": 1, "sampled": 2}},
            ValueError,
            ["['inputs', 'sampled']", "sampled_values"],
        ),
    ],
)
def test_bad_arguments_of_word2vec_are_named(options, kind, parts):
    with pytest.raises(kind) as error:
        word2vec(**options)
    message = str(error.value)
    assert "Word2vecEmbeddingInputlayer" in message and all(p in message for p in parts), message
