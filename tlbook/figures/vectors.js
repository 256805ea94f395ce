// Word vectors: cosines in the full space, sums and differences, and near spellings.

// Rows of length 1, so that a cosine is a sum of products. A row of zeros stays one.
export function unitRows({ shape: [n, d], data }) {
  const rows = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let j = i * d; j < (i + 1) * d; j++) square += data[j] * data[j];
    const length = Math.max(Math.sqrt(square), 1e-12);
    for (let j = i * d; j < (i + 1) * d; j++) rows[j] = data[j] / length;
  }
  return { n, d, rows };
}

// The sum of some words' unit vectors, each with its sign: combine(unit, [[king, 1], [man, -1]]).
export function combine({ d, rows }, terms) {
  const sum = new Float64Array(d);
  for (const [i, sign] of terms) for (let j = 0; j < d; j++) sum[j] += sign * rows[i * d + j];
  return sum;
}

// The k words of largest cosine with a vector, without those in `exclude`: [{ i, cosine }, ...].
// Of equal cosines the more frequent word comes first.
export function nearest({ n, d, rows }, vector, k, exclude = []) {
  const length = Math.max(Math.hypot(...vector), 1e-12);
  const found = [];
  for (let i = 0; i < n; i++) {
    if (exclude.includes(i)) continue;
    let sum = 0;
    for (let j = 0; j < d; j++) sum += rows[i * d + j] * vector[j];
    found.push({ i, cosine: sum / length });
  }
  return found.sort((a, b) => b.cosine - a.cosine || a.i - b.i).slice(0, k);
}

// Letters to insert, delete, replace or swap with a neighbour to turn one word into the other.
export function editDistance(a, b) {
  let [before, last] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

// Words that are spelled nearly so, the nearest and most frequent first.
export function nearSpellings(words, typed, k = 5) {
  const most = Math.max(1, Math.min(3, Math.floor(typed.length / 2)));
  return words
    .filter((word) => Math.abs(word.length - typed.length) <= most)
    .map((word) => [word, editDistance(word, typed)])
    .filter(([, distance]) => distance <= most)
    .sort((a, b) => a[1] - b[1])
    .slice(0, k)
    .map(([word]) => word);
}
