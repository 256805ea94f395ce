"""The plain encoder and decoder against Keras's layers, put together by hand."""

import keras
import numpy as np
import pytest

from tlcore.layers import DenseLayer, EmbeddingInputlayer, InputLayer, Seq2Seq

RNG = np.random.default_rng(0)
KINDS = {"gru": keras.layers.GRU, "lstm": keras.layers.LSTM}


def vectors(*shape):
    return RNG.normal(size=shape).astype("float32")


def parts(network):
    """Return encoder and decoder kernels, layer by layer."""
    params = [np.asarray(p) for p in network.all_params]
    return [params[i : i + 3] for i in range(0, len(params), 3)]


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("n_layer", [1, 2])
def test_the_decoder_begins_where_the_encoder_ends(cell, n_layer):
    source, target = InputLayer((5, 4), name="source"), InputLayer((6, 3), name="target")
    network = Seq2Seq(source, target, cell, n_hidden=8, n_layer=n_layer)
    assert len(network.all_params) == 6 * n_layer
    paths = [param.path.split("/")[0] for param in network.all_params]
    assert paths == sorted(paths, key=lambda path: "decode" in path)  # the encoder's come first
    x, y = vectors(2, 5, 4), vectors(2, 6, 3)
    states, out, layers = [], x, iter(parts(network))
    for i in range(2 * n_layer):
        if i == n_layer:
            out = y
        layer = KINDS[cell](8, return_sequences=True, return_state=True)
        layer.build(out.shape)
        layer.set_weights(next(layers))
        start = states[i - n_layer] if i >= n_layer else None
        out, *state = layer(out, initial_state=start)
        states.append(state)
    inputs = [x if tensor is source.outputs else y for tensor in network.inputs]
    np.testing.assert_allclose(network.model(inputs), out, atol=1e-5)
    ends = keras.Model(network.inputs, [network.final_state_encode, network.final_state_decode])
    for mine, theirs in zip(ends(inputs), (states[:n_layer], states[n_layer:]), strict=True):
        for a, b in zip(mine, [part for state in theirs for part in state], strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("given", [False, True])
def test_padding_behind_the_end_changes_nothing(given):
    source, target = InputLayer((None, 4)), InputLayer((None, 3))
    lengths = [InputLayer((), dtype="int32") for _ in "ab"] if given else [None, None]
    lengths_of = dict(
        zip(("encode_sequence_length", "decode_sequence_length"), lengths, strict=True)
    )
    network = Seq2Seq(source, target, "lstm", n_hidden=8, n_layer=2, **lengths_of)
    tensors = [source, target, *(lengths if given else [])]
    model = keras.Model([layer.outputs for layer in tensors], network.outputs)
    x, y, n = vectors(2, 5, 4), vectors(2, 6, 3), [np.array([5, 5]), np.array([6, 6])]
    plain = model([x, y, *(n if given else [])]).numpy()
    rest = vectors if given else lambda *shape: np.zeros(shape, "float32")  # junk, if lengths tell
    padded = [np.concatenate([a, rest(2, 3, a.shape[2])], 1) for a in (x, y)]
    longer = model([*padded, *(n if given else [])]).numpy()
    np.testing.assert_allclose(longer[:, :6], plain, atol=1e-6)
    assert not longer[:, 6:].any() and plain.all()


def test_from_ids_to_logits():
    english = EmbeddingInputlayer(InputLayer((7,), dtype="int32"), 20, 4, name="english")
    french = EmbeddingInputlayer(InputLayer((5,), dtype="int32"), 30, 4, name="french")
    network = Seq2Seq(english, french, "gru", n_hidden=6, dropout=(1.0, 0.5), n_layer=2,
                      return_seq_2d=True, name="translator")  # fmt: skip
    network = DenseLayer(network, 30)
    assert network.outputs.shape == (None, 30)
    inputs = [RNG.integers(1, 20, (2, tensor.shape[1])) for tensor in network.inputs]
    assert network.model(inputs).shape == (10, 30) and len(network.all_drop) == 4
    names = [param.path for param in network.all_params]
    assert names[0] == "english/embeddings" and "translator_encode_1" in names[1]


def test_other_beginnings():
    source, target = InputLayer((5, 4)), InputLayer((6, 3))
    state = keras.Input((8,), name="state")
    network = Seq2Seq(source, target, "gru", n_hidden=8, initial_state_decode=[state])
    inputs = {id(source.outputs): vectors(2, 5, 4), id(target.outputs): vectors(2, 6, 3),
              id(state): vectors(2, 8)}  # fmt: skip
    first = network.model([inputs[id(tensor)] for tensor in network.inputs]).numpy()
    inputs[id(source.outputs)] = vectors(2, 5, 4)
    again = network.model([inputs[id(tensor)] for tensor in network.inputs]).numpy()
    np.testing.assert_array_equal(first, again)  # then the source plays no part
    inputs[id(state)] = vectors(2, 8)
    other = network.model([inputs[id(tensor)] for tensor in network.inputs]).numpy()
    assert abs(other - first).max() > 0.01


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"n_layer": 0}, "n_layer is 0"),
        ({"n_layer": 2, "initial_state_encode": [keras.Input((8,))]}, "expected one layer"),
        ({"n_hidden": 7, "initial_state_decode": [keras.Input((8,))]}, "expected (batch, 7)"),
        ({"dropout": 1.5}, "keep is 1.5"),
    ],
)
def test_bad_input(options, part):
    with pytest.raises(ValueError) as error:
        Seq2Seq(InputLayer((5, 4)), InputLayer((6, 3)), "gru", **({"n_hidden": 8} | options))
    assert part in str(error.value)


def test_ids_are_no_vectors():
    with pytest.raises(ValueError, match="EmbeddingInputlayer"):
        Seq2Seq(InputLayer((5,), dtype="int32"), InputLayer((6, 3)))
