// Plain JavaScript forward passes of the book's small nets.
import { sigmoid, softmax } from "./products.js";

const activations = {
  linear: (z) => z,
  relu: (z) => Math.max(z, 0),
  sigmoid,
  softplus: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
};

// y = act(x W + b). Rows of W are read in order, and rows whose input is zero are skipped.
export function dense(x, W, b, act = "linear") {
  const [rows, columns] = W.shape;
  const y = Float32Array.from(b.data);
  for (let i = 0; i < rows; i++) {
    const v = x[i];
    if (v === 0) continue;
    const start = i * columns;
    for (let j = 0; j < columns; j++) y[j] += v * W.data[start + j];
  }
  return act === "linear" ? y : y.map(activations[act]);
}

// 2-D convolution, stride 1, padding SAME, then relu. x is (height, width, channels).
// For each output pixel: note the inputs that aren't zero and where their weights begin; then let
// all output channels grow together, four inputs at a time, so that W is read in order.
function conv(x, [height, width, channels], W, b) {
  const [rows, columns, , n] = W.shape;
  const top = (rows - 1) >> 1;
  const left = (columns - 1) >> 1;
  const w = W.data;
  const y = new Float32Array(height * width * n);
  const sum = new Float32Array(n);
  const value = new Float32Array(rows * columns * channels + 3);
  const start = new Int32Array(value.length);
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      let count = 0;
      for (let i = 0; i < rows; i++) {
        const row = r + i - top;
        if (row < 0 || row >= height) continue;
        for (let j = 0; j < columns; j++) {
          const column = c + j - left;
          if (column < 0 || column >= width) continue;
          const pixel = (row * width + column) * channels;
          const tap = (i * columns + j) * channels;
          for (let k = 0; k < channels; k++) {
            if (x[pixel + k] === 0) continue;
            value[count] = x[pixel + k];
            start[count++] = (tap + k) * n;
          }
        }
      }
      value.fill(0, count, count + 3); // up to a multiple of four
      sum.set(b.data);
      for (let i = 0; i < count; i += 4) {
        const [v0, v1, v2, v3] = [value[i], value[i + 1], value[i + 2], value[i + 3]];
        const [s0, s1, s2, s3] = [start[i], start[i + 1], start[i + 2], start[i + 3]];
        for (let o = 0; o < n; o++) {
          sum[o] += v0 * w[s0 + o] + v1 * w[s1 + o] + v2 * w[s2 + o] + v3 * w[s3 + o];
        }
      }
      const out = (r * width + c) * n;
      for (let o = 0; o < n; o++) y[out + o] = sum[o] > 0 ? sum[o] : 0;
    }
  }
  return y;
}

// 2x2 max pooling, stride 2, of an even height and width.
function maxPool(x, [height, width, n]) {
  const y = new Float32Array((height * width * n) / 4);
  let out = 0;
  for (let r = 0; r < height; r += 2) {
    for (let c = 0; c < width; c += 2) {
      for (let k = 0; k < n; k++) {
        const i = (r * width + c) * n + k;
        const j = i + width * n;
        y[out++] = Math.max(x[i], x[i + n], x[j], x[j + n]);
      }
    }
  }
  return y;
}

// A classifier from its arrays W1, b1, W2, b2, ...: a 4-D W is convolution, relu and pooling, a 2-D
// W is a dense layer with relu, and the last one is left linear, for softmax.
export function classify(arrays, image) {
  let x = image;
  let shape = [28, 28, 1];
  const steps = [];
  let below = { shape, data: x };
  let [W, b] = [];
  const add = (kind) => steps.push((below = { kind, shape, data: x, W, b, below }));
  for (let i = 0; i < arrays.length; i += 2) {
    [W, b] = [arrays[i], arrays[i + 1]];
    if (W.shape.length === 4) {
      x = conv(x, shape, W, b);
      shape = [shape[0], shape[1], W.shape[3]];
      add("convolution");
      x = maxPool(x, shape);
      shape = [shape[0] / 2, shape[1] / 2, shape[2]];
      add("pooling");
    } else {
      const last = i + 2 === arrays.length;
      x = dense(x, W, b, last ? "linear" : "relu");
      shape = [W.shape[1]];
      if (!last) add("dense");
    }
  }
  return { steps, probabilities: softmax(x) };
}

// Where one value of a step comes from: unit or map `o`, at row r and column c of a map. The values in the layer
// below that it looked at, and the weights that it gave them, of the one channel which adds most to it.
export function explain({ kind, shape, data, W, b, below }, o, r = 0, c = 0) {
  const value = data[shape.length > 1 ? (r * shape[1] + c) * shape[2] + o : o];
  const [height, width, channels] = below.shape.length > 1 ? below.shape : [1, 1, below.shape[0]];
  const at = (y, x, k) => (y < 0 || x < 0 || y >= height || x >= width ? 0 : below.data[(y * width + x) * channels + k]);
  const [rows, columns] = kind === "pooling" ? [2, 2] : kind === "dense" ? [height, width] : W.shape;
  const [top, left] = kind === "pooling" ? [2 * r, 2 * c] : kind === "dense" ? [0, 0] : [r - ((rows - 1) >> 1), c - ((columns - 1) >> 1)];
  const each = (f) => Array.from({ length: rows * columns }, (_, i) => f(Math.floor(i / columns), i % columns));
  const patch = (k) => each((i, j) => at(top + i, left + j, k));
  const found = { value, rows, columns, top, left, channels };
  if (kind === "pooling") return { ...found, channel: o, patch: patch(o) };
  const weights = (k) => each((i, j) => W.data[((i * columns + j) * channels + k) * b.data.length + o]);
  const parts = Array.from({ length: channels }, (_, k) => {
    const [w, x] = [weights(k), patch(k)];
    return w.reduce((sum, v, i) => sum + v * x[i], 0);
  });
  const channel = parts.reduce((best, v, k) => (Math.abs(v) > Math.abs(parts[best]) ? k : best), 0);
  const sum = parts.reduce((a, v) => a + v, b.data[o]);
  return { ...found, channel, sum, part: parts[channel], bias: b.data[o], patch: patch(channel), weights: weights(channel) };
}
