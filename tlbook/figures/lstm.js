// A language model in plain JavaScript: embedding, LSTM layers, softmax, with the files of
// tlbook/figures/language_files.py.
import { lines } from "./load.js";
import { addProduct, sigmoid } from "./products.js";

// readModel(arrays, place): `place` tells which of the arrays is which.
export function readModel(arrays, place) {
  const get = (name) => (name in place ? arrays[place[name]] : null);
  const matrix = (name) => {
    const [found, scale] = [get(name), get(`${name}_scale`)];
    if (!found || !scale) return found;
    const columns = found.shape[1]; // a byte a weight, and a scale for each row
    const data = Float32Array.from(found.data, (v, i) => v * scale.data[Math.floor(i / columns)]);
    return { shape: found.shape, data };
  };
  const words = lines(get("words"));
  const embeddings = matrix("embeddings");
  const layers = [];
  for (let k = 0; `lstm${k}_kernel` in place; k++) {
    const [kernel, recurrent] = [matrix(`lstm${k}_kernel`).data, matrix(`lstm${k}_recurrent`)];
    layers.push({ kernel, recurrent: recurrent.data, bias: get(`lstm${k}_bias`).data, n: recurrent.shape[0] });
  }
  return {
    words,
    index: new Map(words.map((word, i) => [word, i])),
    embeddings,
    layers,
    softmax: matrix("softmax") ?? embeddings, // tied: the embedding once more
    bias: get("softmax_bias")?.data,
  };
}

// One step of a layer, in Keras's order of gates: input, forget, candidate, output.
function lstmStep({ kernel, recurrent, bias, n }, x, state) {
  const z = Float64Array.from(bias);
  addProduct(z, x, kernel);
  addProduct(z, state.h, recurrent);
  const [i, f, g, o] = [sigmoid, sigmoid, Math.tanh, sigmoid].map((act, k) => Float32Array.from(z.subarray(k * n, (k + 1) * n), act));
  const c = Float32Array.from({ length: n }, (_, j) => f[j] * state.c[j] + i[j] * g[j]);
  const h = Float32Array.from({ length: n }, (_, j) => o[j] * Math.tanh(c[j]));
  return { i, f, g, o, c, h };
}

// The state of all layers at the beginning of a sentence: zeros, or, where the vocabulary has a word
// for the end of a sentence, what reading that leaves.
export function firstState(net, eos = "") {
  const zeros = net.layers.map(({ n }) => ({ h: new Float32Array(n), c: new Float32Array(n) }));
  return net.index.has(eos) ? readWord(net, zeros, net.index.get(eos)) : zeros;
}

// Read one word: the state of each layer after it, with its gates.
export function readWord({ embeddings, layers }, state, id) {
  const d = embeddings.shape[1];
  let x = embeddings.data.subarray(id * d, (id + 1) * d);
  return layers.map((layer, k) => {
    const after = lstmStep(layer, x, state[k]);
    x = after.h;
    return after;
  });
}

// The probability of each word to be the next.
export function nextWord({ softmax, bias }, state) {
  const { h } = state[state.length - 1];
  const [count, n] = softmax.shape;
  const logits = new Float64Array(count);
  let largest = -Infinity;
  for (let w = 0, k = 0; w < count; w++) {
    let sum = bias ? bias[w] : 0;
    for (let j = 0; j < n; j++, k++) sum += h[j] * softmax.data[k];
    logits[w] = sum;
    if (sum > largest) largest = sum;
  }
  let total = 0;
  for (let w = 0; w < count; w++) total += logits[w] = Math.exp(logits[w] - largest);
  return logits.map((v) => v / total);
}
