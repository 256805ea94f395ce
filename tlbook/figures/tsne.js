// t-SNE of a few points, exactly: every pair in every step, as in van der Maaten and Hinton (2008).

const squares = (points) => points.map((a) => points.map((b) => a.reduce((sum, v, k) => sum + (v - b[k]) ** 2, 0)));

// p[i][j]: how likely i and j are neighbours. Each point's bell is so wide that its entropy is that of
// `perplexity` neighbours, all equally likely.
export function affinities(points, perplexity) {
  const n = points.length;
  const conditional = squares(points).map((row, i) => {
    let [low, high, beta, p] = [0, Infinity, 1, []];
    for (let tries = 0; tries < 60; tries++) {
      const nearest = Math.min(...row.filter((_, j) => j !== i)); // so that not all underflow
      p = row.map((d, j) => (j === i ? 0 : Math.exp(-beta * (d - nearest))));
      const sum = p.reduce((a, b) => a + b, 0);
      p = p.map((v) => v / sum);
      const entropy = p.reduce((h, v) => h - (v > 1e-12 ? v * Math.log(v) : 0), 0);
      if (Math.abs(entropy - Math.log(perplexity)) < 1e-6) break;
      if (entropy > Math.log(perplexity)) [low, beta] = [beta, high === Infinity ? beta * 2 : (beta + high) / 2];
      else [high, beta] = [beta, (low + beta) / 2];
    }
    return p;
  });
  return conditional.map((row, i) => row.map((v, j) => (v + conditional[j][i]) / (2 * n)));
}

// The divergence between p and the map, and its slope at each of the map's points, (n, 2).
export function divergence(p, map, exaggeration = 1) {
  const near = squares(map).map((row, i) => row.map((d, j) => (i === j ? 0 : 1 / (1 + d))));
  const sum = near.flat().reduce((a, b) => a + b, 0);
  let kl = 0;
  const slopes = map.map(() => [0, 0]);
  for (let i = 0; i < map.length; i++) {
    for (let j = 0; j < map.length; j++) {
      if (i === j) continue;
      const q = Math.max(near[i][j] / sum, 1e-12);
      if (p[i][j] > 0) kl += p[i][j] * Math.log(p[i][j] / q);
      const pull = 4 * (exaggeration * p[i][j] - q) * near[i][j];
      for (let k = 0; k < 2; k++) slopes[i][k] += pull * (map[i][k] - map[j][k]);
    }
  }
  return { kl, slopes };
}

// A run of t-SNE: step() moves all points once; `map` is where they are.
export function tsne(points, perplexity, random) {
  const p = affinities(points, perplexity);
  const n = points.length;
  const run = { map: points.map(() => [0.01 * (random() - 0.5), 0.01 * (random() - 0.5)]), kl: NaN, steps: 0, step };
  const speed = points.map(() => [0, 0]);
  const gain = points.map(() => [1, 1]);
  function step() {
    const { kl, slopes } = divergence(p, run.map, run.steps < 80 ? 4 : 1);
    const momentum = run.steps < 80 ? 0.5 : 0.8;
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < 2; k++) {
        const same = Math.sign(slopes[i][k]) === Math.sign(speed[i][k]);
        gain[i][k] = Math.max(0.1, same ? gain[i][k] * 0.8 : gain[i][k] + 0.2);
        speed[i][k] = momentum * speed[i][k] - 8 * gain[i][k] * slopes[i][k];
        run.map[i][k] += speed[i][k];
      }
    }
    for (let k = 0; k < 2; k++) {
      const mean = run.map.reduce((sum, at) => sum + at[k], 0) / n;
      for (const at of run.map) at[k] -= mean;
    }
    run.kl = kl;
    run.steps++;
  }
  return run;
}
