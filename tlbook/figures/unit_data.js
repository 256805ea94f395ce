// Hidden units in their file, and what can be said about one: as tlbook/figures/unit_files.py has
// packed them.

export function readUnits(file) {
  const [units, scale, weights, outgoing] = ["units", "scale", "weights", "outgoing"].map((name) => file[name].data);
  const [nAges, n, pixels] = file.weights.shape;
  const nActions = file.outgoing.shape[2];
  const slice = (data, age, i, size) => data.subarray((age * n + i) * size, (age * n + i + 1) * size);
  const weightsOf = (age, i) => Float32Array.from(slice(weights, age, i, pixels), (v) => v * scale[i]);
  const changeOf = (age, i) => {
    const start = slice(weights, 0, i, pixels);
    return Float32Array.from(slice(weights, age, i, pixels), (v, j) => (v - start[j]) * scale[i]);
  };
  const most = (list) => list.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  const largestChange = Array.from({ length: n }, (_, i) =>
    Math.max(1e-9, ...Array.from({ length: nAges }, (_, age) => most(changeOf(age, i)))),
  );
  return {
    n,
    side: Math.round(Math.sqrt(pixels)),
    units: Array.from(units),
    // Two pictures of a unit: its weights, and what they have changed since the first age. `largest`
    // is that of all ages: the end of the colours.
    weights: { of: weightsOf, largest: (i) => 127 * scale[i] },
    change: { of: changeOf, largest: (i) => largestChange[i] },
    outgoing: (age, i) => Array.from(slice(outgoing, age, i, nActions)),
  };
}

// What a unit says for the last action but one, against the last one.
export function pushOf(outgoing) {
  return outgoing[outgoing.length - 2] - outgoing[outgoing.length - 1];
}

const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);

// 1 for the same picture, however bright; 0 for pictures that have nothing in common.
export function cosine(a, b) {
  return dot(a, b) / Math.sqrt(Math.max(dot(a, a) * dot(b, b), 1e-30));
}

// Where a unit looks: the nine parts of the picture by their share of the squared weights, the
// largest first, and the largest weight with its place.
export function whereItLooks(weights, side) {
  const third = (i) => Math.floor((3 * i) / side);
  const shares = new Array(9).fill(0);
  let strongest = 0;
  weights.forEach((w, i) => {
    shares[3 * third(Math.floor(i / side)) + third(i % side)] += w * w;
    if (Math.abs(w) > Math.abs(weights[strongest])) strongest = i;
  });
  const total = Math.max(dot(weights, weights), 1e-30);
  const name = (part) => {
    const [row, column] = [["upper", "middle", "lower"][Math.floor(part / 3)], ["left", "centre", "right"][part % 3]];
    return part === 4 ? "centre" : `${row} ${column}`;
  };
  return {
    parts: shares
      .map((share, part) => ({ name: name(part), share: share / total }))
      .sort((a, b) => b.share - a.share),
    weight: weights[strongest],
    row: Math.floor(strongest / side),
    column: strongest % side,
  };
}
