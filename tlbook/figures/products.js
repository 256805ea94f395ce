// The weights of a network, and the few sums that every network here is made of.

// A matrix out of a file: { data, columns, scale }. Where it was stored in bytes it stays so, with a
// scale for each row: a quarter of the memory, and nothing to wait for.
export function matrix(file, name) {
  const found = file[name];
  return found && { data: found.data, columns: found.shape[1], scale: file[`${name}_scale`]?.data };
}

// A row of a matrix: the vector of a word.
export function row({ data, columns, scale }, i) {
  const factor = scale ? scale[i] : 1;
  return Float32Array.from(data.subarray(i * columns, (i + 1) * columns), (v) => v * factor);
}

// start + x times a matrix.
export function plusProduct(start, x, { data, columns, scale }) {
  const z = Float64Array.from(start);
  for (let i = 0; i < x.length; i++) {
    const factor = scale ? x[i] * scale[i] : x[i];
    if (factor === 0) continue;
    for (let j = 0, k = i * columns; j < columns; j++, k++) z[j] += factor * data[k];
  }
  return z;
}

// The product of x with each row of a matrix, plus a bias for each: most of the work where the rows are
// words.
export function rowProducts({ data, columns, scale }, x, bias) {
  const sums = new Float64Array(data.length / columns);
  for (let w = 0, k = 0; w < sums.length; w++) {
    let sum = 0;
    for (let j = 0; j < columns; j++, k++) sum += x[j] * data[k];
    sums[w] = (scale ? scale[w] * sum : sum) + (bias ? bias[w] : 0);
  }
  return sums;
}

export const sigmoid = (z) => 1 / (1 + Math.exp(-z));

export function softmax(z) {
  const top = z.reduce((a, b) => Math.max(a, b), -Infinity);
  const e = z.map((v) => Math.exp(v - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / sum);
}
