// The few sums that every network here is made of.

// z (columns) += x (rows) times a matrix (rows, columns).
export function addProduct(z, x, matrix) {
  const columns = z.length;
  for (let i = 0; i < x.length; i++) {
    const factor = x[i];
    if (factor === 0) continue;
    for (let j = 0, k = i * columns; j < columns; j++, k++) z[j] += factor * matrix[k];
  }
}

export const sigmoid = (z) => 1 / (1 + Math.exp(-z));

export function softmax(z) {
  const top = z.reduce((a, b) => Math.max(a, b), -Infinity);
  const e = z.map((v) => Math.exp(v - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / sum);
}
