"""load.js: what it unpacks is what numpy packed."""

import numpy as np
import pytest
from stage import encode

from tlbook.figures.store import load, pack


@pytest.fixture
def js(stage):
    """Return a function that runs JavaScript with the functions of load.js."""
    return stage().functions("load.js")


def test_every_type_arrives_as_it_was(js, tmp_path, rng):
    words = "the\nnaïve\n猫".encode()
    arrays = [
        np.frombuffer(words, np.uint8),  # of odd length: what follows isn't aligned
        rng.normal(size=(3, 5)).astype(np.float16),
        np.array([[-128, 127]], np.int8),
        rng.normal(size=4),  # float64 is sent as float32
        np.array([0, 65535], np.uint16),
        np.array([-32768, 32767], np.int16),
        np.array([-(2**31), 2**31 - 1], np.int32),
    ]
    np.savez(tmp_path / "all.npz", *arrays)
    packed = encode(pack(load(tmp_path / "all.npz")))
    got = js(
        """(text) => Object.values(unpack(new DataView(bytes(text))))
             .map(({ shape, data }) => [data.constructor.name, shape, Array.from(data)])""",
        packed,
    )
    kinds = ["Uint8", "Float32", "Int8", "Float32", "Uint16", "Int16", "Int32"]
    assert [kind for kind, _, _ in got] == [f"{kind}Array" for kind in kinds]
    for (_, shape, data), array in zip(got, arrays, strict=True):
        expected = array.astype(np.float32) if array.dtype.kind == "f" else array
        np.testing.assert_array_equal(np.array(data).reshape(shape), expected)
    assert js("(text) => lines(unpack(bytes(text)).arr_0)", packed) == ["the", "naïve", "猫"]


LOADER = """async (failures) => {
  let left = failures;
  const model = { get: (key) => ({ files: ["a", "b"], megabytes: 1.26 })[key], asset: async () => {
    if (left-- > 0) throw new Error("gone");
    const header = new TextEncoder().encode('{"arrays": []}  ');
    const bytes = new Uint8Array(4 + header.length);
    bytes[0] = header.length;
    bytes.set(header, 4);
    return bytes.buffer;
  } };
  const root = document.createElement("div");
  root.className = "lbl-figure";
  document.body.replaceChildren(root);
  const { root: part } = loader(model, "the map", (a, b) => `${Object.keys({ ...a, ...b }).length} arrays`);
  root.append(part);
  const seen = [part.querySelector("button").textContent];
  for (let i = 0; i <= failures; i++) {
    part.querySelector("button").click();
    await new Promise((resolve) => setTimeout(resolve, 20));
    seen.push(part.querySelector("p").textContent, part.querySelector("button").disabled);
  }
  return [...seen, part.querySelector("button").hidden, root.dataset.loaded ?? null];
}"""  # noqa: E501


def test_says_what_failed_and_lets_the_reader_try_again(js):
    said, failed, none = "Load the map (1.3 MB)", "The map could not be loaded: gone", "0 arrays"
    assert js(LOADER, 0) == [said, none, True, True, "true"]
    assert js(LOADER, 1) == [said, failed, False, none, True, True, "true"]
