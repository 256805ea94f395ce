// Draw a word: temperature and top-k.

// Ids by probability, the likeliest first; of equal ones the lower id. Only the first k.
export function likeliest(p, k, without = -1) {
  const ids = [];
  for (let i = 0; i < p.length; i++) {
    if (i === without || (ids.length === k && p[i] <= p[ids[k - 1]])) continue;
    let at = ids.length;
    while (at > 0 && p[ids[at - 1]] < p[i]) at--;
    ids.splice(at, 0, i);
    if (ids.length > k) ids.pop();
  }
  return ids;
}

// The probabilities to draw with: p to the power of 1 / temperature, for the k likeliest words (0:
// all), without the word `without`. At temperature 0 only the likeliest word is left.
export function sharpen(p, temperature, k, without = -1) {
  const drawn = new Float64Array(p.length);
  const [best] = likeliest(p, 1, without);
  if (best === undefined) return drawn;
  if (temperature === 0) {
    drawn[best] = 1;
    return drawn;
  }
  const keep = (i) => (drawn[i] = p[i] > 0 ? Math.exp(Math.log(p[i] / p[best]) / temperature) : 0);
  if (k > 0 && k < p.length) likeliest(p, k, without).forEach(keep);
  else p.forEach((_, i) => i !== without && keep(i));
  const total = drawn.reduce((a, b) => a + b, 0);
  return drawn.map((v) => v / total);
}

// The index at a place from 0 to 1 of the running sum. What has probability 0 is never drawn.
export function pick(p, place) {
  let [sum, last] = [0, 0];
  for (let i = 0; i < p.length; i++) {
    if (p[i] === 0) continue;
    sum += p[i];
    last = i;
    if (place < sum) return i;
  }
  return last;
}

// How unsure a distribution is, in bits.
export function entropy(p) {
  return p.reduce((sum, v) => (v > 0 ? sum - v * Math.log2(v) : sum), 0);
}
