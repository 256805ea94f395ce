"""The JavaScript forward passes against Keras, and float16 decoding against numpy."""

import numpy as np
import pytest
from stage import CNN, PERCEPTRON, encode

from tlbook.figures.store import load, pack


@pytest.fixture
def js(stage):
    """Return a function that runs JavaScript with the shared functions, and gives its result."""
    return stage().functions("shared.js", "products.js", "nets.js", "load.js")


def keras_classifier(arrays):
    """Build the same classifier in Keras; it returns each step, then probabilities."""
    import keras

    x = inputs = keras.Input((28, 28, 1))
    steps, pairs = [], list(zip(arrays[::2], arrays[1::2], strict=True))
    for i, (w, _) in enumerate(pairs):
        last = i == len(pairs) - 1
        if w.ndim == 4:
            conv = keras.layers.Conv2D(w.shape[3], w.shape[:2], padding="same", activation="relu")
            x = conv(x)
            steps.append(x)
            x = keras.layers.MaxPooling2D()(x)
        else:
            x = keras.layers.Flatten()(x)
            x = keras.layers.Dense(w.shape[1], activation="softmax" if last else "relu")(x)
        steps.append(x)
    model = keras.Model(inputs, steps)
    model.set_weights([a.astype(np.float32) for a in arrays])
    return model


@pytest.mark.parametrize("name, shapes", [("perceptron", PERCEPTRON), ("cnn", CNN)])
def test_classifier_equals_keras(js, weights, digits, name, shapes):
    path = weights(name, shapes)
    model = keras_classifier(list(load(path).values()))
    inputs = (digits[:3] / 256).astype(np.float32)
    expected = [step.numpy() for step in model(inputs[..., None])]
    for i, image in enumerate(inputs):
        answer = js(
            """([packed, image]) => {
              const arrays = Object.values(unpack(bytes(packed)));
              const { steps, probabilities } = classify(arrays, Float32Array.from(image));
              const all = steps.map(({ shape, data }) => ({ shape, data: Array.from(data) }));
              return [...all, { shape: [10], data: Array.from(probabilities) }];
            }""",
            [encode(pack(load(path))), image.ravel().tolist()],
        )
        assert len(answer) == len(expected)
        for step, truth in zip(answer, expected, strict=True):
            got = np.array(step["data"]).reshape(step["shape"])
            np.testing.assert_allclose(got, truth[i], atol=1e-4, rtol=1e-5)
        assert sum(answer[-1]["data"]) == pytest.approx(1, abs=1e-5)


def test_every_half_is_decoded_as_numpy_does(js):
    halves = np.arange(65536, dtype=np.uint16)
    truth = halves.view(np.float16).astype(np.float64)
    got = js("() => Array.from({ length: 65536 }, (_, i) => String(halfToFloat(i)))")
    got = np.array([float(v.replace("Infinity", "inf")) for v in got])
    np.testing.assert_array_equal(got, truth)
    assert np.isnan(truth).any() and (np.abs(truth[1:1024]) < 2**-14).all()  # NaN, subnormals


def test_unpack_reads_mixed_types_even_when_unaligned(js, tmp_path, rng):
    arrays = [rng.normal(size=3).astype(np.float16), rng.normal(size=(2, 2)).astype(np.float32)]
    np.savez(tmp_path / "w.npz", *arrays)
    got = js(
        """(text) => {
          const packed = new Uint8Array(bytes(text));
          const shifted = new Uint8Array(packed.length + 1);
          shifted.set(packed, 1);
          const arrays = Object.values(unpack(new DataView(shifted.buffer, 1)));
          return arrays.map(({ shape, data }) => [shape, Array.from(data)]);
        }""",
        encode(pack(load(tmp_path / "w.npz"))),
    )
    for (shape, data), array in zip(got, arrays, strict=True):
        np.testing.assert_array_equal(np.array(data, np.float32).reshape(shape), array)


@pytest.mark.parametrize("name", ["linear", "relu", "sigmoid", "softplus"])
def test_dense_activations_equal_keras(js, rng, name):
    import keras

    z = np.concatenate([rng.normal(0, 3, 40), [-100.0, -20.0, 0.0, 20.0, 100.0]]).astype(np.float32)
    got = js(
        """([z, name]) => {
          const W = { shape: [1, z.length], data: Float32Array.from(z) };
          const b = { shape: [z.length], data: new Float32Array(z.length) };
          return Array.from(dense([1], W, b, name));
        }""",
        [z.tolist(), name],
    )
    np.testing.assert_allclose(got, keras.activations.get(name)(z), atol=1e-6, rtol=1e-6)


def test_softmax_of_large_numbers(js):
    assert js("() => Array.from(softmax(Float32Array.of(1000, 0, 1000)))") == [0.5, 0, 0.5]


def test_asset_that_fails_rejects(js):
    said = js(
        """() => {
          const model = { on: (_, f) => (model.f = f), off: () => {},
            send: ({ name }) => model.f({ type: "asset", name, error: "gone" }, []) };
          return asset(model, "w").catch((error) => error.message);
        }"""
    )
    assert said == "gone"
