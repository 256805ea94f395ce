// The translator in plain JavaScript: GRUs that read a sentence, GRUs that write one, and attention
// between them, with the files of tlbook/figures/translator_files.py.
//
// A sentence stands in its own order here. The network reads it from the last word to the first, and
// where it is bidirectional, half of the units of the lowest layer read from the first to the last.
import { lines } from "./load.js";
import { matrix, plusProduct, row, rowProducts, sigmoid, softmax } from "./products.js";

export function readTranslator(file) {
  const gru = (name) => ({
    kernel: matrix(file, `${name}_kernel`),
    recurrent: matrix(file, `${name}_recurrent`),
    bias: file[`${name}_bias`].data, // of the inputs, and of the state
  });
  const [encoder, decoder] = [[], []];
  for (let i = 1; file[`decoder${i}_kernel`]; i++) {
    const both = `encoder${i}_fw_kernel` in file;
    encoder.push((both ? [`encoder${i}_fw`, `encoder${i}_bw`] : [`encoder${i}`]).map(gru));
    decoder.push(gru(`decoder${i}`));
  }
  const [source, target] = ["source", "target"].map((way) => {
    const words = lines(file[`${way}_words`]);
    return { words, index: new Map(words.map((word, i) => [word, i])), vectors: matrix(file, `${way}_vectors`) };
  });
  return {
    source,
    target,
    encoder,
    decoder,
    W_a: matrix(file, "W_a"), // attention is "general" with it, "dot" without
    W_c: matrix(file, "W_c"),
    table: matrix(file, "scores") ?? target.vectors, // tied: the vectors once more
    bias: file.scores_bias.data,
  };
}

const zeros = (n) => new Float32Array(n);

function beside(parts) {
  const whole = zeros(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}

// One step of a GRU, in Keras's order: update gate z, reset gate r, candidate g. The reset gate
// comes after the product with the state.
function gruStep({ kernel, recurrent, bias }, x, h) {
  const n = h.length;
  const fromInput = plusProduct(bias.subarray(0, 3 * n), x, kernel);
  const fromState = plusProduct(bias.subarray(3 * n), h, recurrent);
  const after = zeros(n);
  for (let j = 0; j < n; j++) {
    const z = sigmoid(fromInput[j] + fromState[j]);
    const r = sigmoid(fromInput[n + j] + fromState[n + j]);
    const g = Math.tanh(fromInput[2 * n + j] + r * fromState[2 * n + j]);
    after[j] = z * h[j] + (1 - z) * g;
  }
  return after;
}

// Read a sentence: what attention looks at, and where the decoder begins.
export function encode(net, ids) {
  let memory = ids.map((id) => row(net.source.vectors, id));
  const states = [];
  for (const layer of net.encoder) {
    const read = layer.map((gru, way) => {
      const order = memory.map((_, j) => j);
      if (way === 0) order.reverse();
      let h = zeros(gru.bias.length / 6);
      const outputs = [];
      for (const j of order) outputs[j] = h = gruStep(gru, memory[j], h);
      return { outputs, h };
    });
    memory = memory.map((_, j) => beside(read.map(({ outputs }) => outputs[j])));
    states.push(beside(read.map(({ h }) => h)));
  }
  const keys = net.W_a ? memory.map((m) => plusProduct(zeros(net.W_a.columns), m, net.W_a)) : memory;
  return { memory, keys, states };
}

// One step of the decoder after the word `id`: a score for each word to come (logits), the states,
// and the weights of attention, one for each word of the source.
export function advance(net, source, states, id) {
  let h = row(net.target.vectors, id);
  const after = net.decoder.map((gru, i) => (h = gruStep(gru, h, states[i])));
  const weights = softmax(Float64Array.from(source.keys, (key) => key.reduce((sum, v, j) => sum + v * h[j], 0)));
  const context = zeros(h.length);
  source.memory.forEach((m, s) => m.forEach((v, j) => (context[j] += weights[s] * v)));
  const { W_c } = net;
  const vector = plusProduct(zeros(W_c.columns), beside([context, h]), W_c).map(Math.tanh);
  return { logits: rowProducts(net.table, vector, net.bias), states: after, weights };
}

// Logarithms of the probabilities.
export function logSoftmax(logits) {
  let [largest, total] = [-Infinity, 0];
  for (const v of logits) if (v > largest) largest = v;
  for (const v of logits) total += Math.exp(v - largest);
  const shift = largest + Math.log(total);
  return logits.map((v) => v - shift);
}
