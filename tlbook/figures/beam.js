// Greedy search and beam search, as tl.utils.Translator has them.
import { likeliest } from "./sampling.js";
import { advance, logSoftmax } from "./seq2seq.js";

export const [PAD, GO, EOS, UNK] = [0, 1, 2, 3];

// The most words of a translation of n words: it may fill the next larger bucket.
export function longest(n, buckets) {
  const fits = buckets.findIndex(([source]) => n <= source);
  if (fits >= 0) return buckets[Math.min(fits + 1, buckets.length - 1)][1] - 1;
  const [source, target] = buckets[buckets.length - 1];
  const rounded = Math.max(1, Math.ceil(n / 10)) * 10;
  return Math.max(target + 1, Math.ceil((rounded * target) / source)) - 1;
}

// A hypothesis, the beginning of a translation: its words, the logarithm of its probability, where attention looked
// for each word, and whether _EOS has ended it. Nothing is written at first.
export function firstBeam(source) {
  return [{ ids: [], score: 0, states: source.states, looked: [], done: false }];
}

// The probabilities, as logarithms, of what may come next. Padding and _GO are no words to write.
function nextWords(net, source, { ids, states }) {
  const step = advance(net, source, states, ids.length ? ids[ids.length - 1] : GO);
  const logP = logSoftmax(step.logits);
  logP[PAD] = logP[GO] = -Infinity;
  return { ...step, logP };
}

// One step: the `size` likeliest hypotheses that are a word longer, and up to `more` of the next in
// order. What has ended stays as it is. `parent` is the place of what was continued.
export function beamStep(net, source, beam, size, more = 0) {
  const found = [];
  beam.forEach((from, parent) => {
    if (from.done) return found.push({ ...from, parent, old: true });
    const { logP, states, weights } = nextWords(net, source, from);
    for (const id of likeliest(logP, size + more)) {
      const end = id === EOS;
      found.push({
        ids: end ? from.ids : [...from.ids, id],
        score: from.score + logP[id],
        states,
        looked: end ? from.looked : [...from.looked, weights],
        done: end,
        parent,
        old: false,
      });
    }
  });
  found.sort((a, b) => b.score - a.score); // stable: of equal ones the first, as in TensorFlow
  return { kept: found.slice(0, size), dropped: found.slice(size, size + more) };
}

export const ended = (beam, most) => beam.every(({ done, ids }) => done || ids.length >= most);

// What the end of a beam is chosen by: nats, divided by a power of the length, _EOS included.
export const lengthOf = ({ ids, done }) => Math.max(1, ids.length + (done ? 1 : 0));
export const valueOf = (end, penalty) => end.score / lengthOf(end) ** penalty;

export function best(beam, penalty) {
  return beam.reduce((a, b) => (valueOf(b, penalty) > valueOf(a, penalty) ? b : a));
}

// The whole search. Between the steps the page may do something else; `wanted` says whether the
// result still is.
export async function search(net, source, size, most, penalty, wanted = () => true) {
  let beam = firstBeam(source);
  while (!ended(beam, most)) {
    beam = beamStep(net, source, beam, size).kept;
    await new Promise((go) => setTimeout(go));
    if (!wanted()) return null;
  }
  return best(beam, penalty);
}

// Go through a translation again: for each word, and for _EOS where it has ended, the `k` likeliest
// words, and the weights.
export function follow(net, source, { ids, done }, k) {
  let states = source.states;
  return [...ids, ...(done ? [EOS] : [])].map((id, t) => {
    const step = nextWords(net, source, { ids: ids.slice(0, t), states });
    states = step.states;
    const words = likeliest(step.logP, k).map((word) => ({ id: word, logP: step.logP[word] }));
    return { id, logP: step.logP[id], weights: step.weights, words };
  });
}
