// A language model in plain JavaScript: embedding, LSTM layers, softmax, with the files of
// tlbook/figures/language_files.py.
import { lines } from "./load.js";
import { matrix, plusProduct, row, rowProducts, sigmoid, softmax } from "./products.js";

export function readModel(file) {
  const words = lines(file.words);
  const embeddings = matrix(file, "embeddings");
  const layers = [];
  for (let k = 0; file[`lstm${k}_kernel`]; k++) {
    const [kernel, recurrent] = ["kernel", "recurrent"].map((part) => matrix(file, `lstm${k}_${part}`));
    layers.push({ kernel, recurrent, bias: file[`lstm${k}_bias`].data, n: recurrent.columns / 4 });
  }
  return {
    words,
    index: new Map(words.map((word, i) => [word, i])),
    embeddings,
    layers,
    table: matrix(file, "softmax") ?? embeddings, // tied: the embedding once more
    bias: file.softmax_bias?.data,
  };
}

// One step of a layer, in Keras's order of gates: input, forget, candidate, output.
function lstmStep({ kernel, recurrent, bias, n }, x, state) {
  const z = plusProduct(plusProduct(bias, x, kernel), state.h, recurrent);
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
  let x = row(embeddings, id);
  return layers.map((layer, k) => {
    const after = lstmStep(layer, x, state[k]);
    x = after.h;
    return after;
  });
}

// The probability of each word to be the next.
export function nextWord({ table, bias }, state) {
  return softmax(rowProducts(table, state[state.length - 1].h, bias));
}
