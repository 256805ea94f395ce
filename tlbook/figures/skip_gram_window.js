// A window slides over a sentence: each centre, with the words near it, becomes pairs.
import { generator } from "./random.js";
import { el, figure, slider, choice, table, player } from "./shared.js";

const MOST_WORDS = 40;

const splitWords = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu) ?? [];

// The places of `skips` words near a centre, in the order of the window, none twice. All of the
// window when skips = 2 * reach. The n words are a ring, as in tl.nlp.skip_gram_pairs.
function contextsOf(centre, n, skips, reach, seed) {
  const places = [];
  for (let d = -reach; d <= reach; d++) if (d !== 0) places.push((centre + d + n) % n);
  const random = generator(seed * 1009 + centre);
  while (places.length > skips) places.splice(Math.floor(random() * places.length), 1);
  return places;
}

function render({ model, el: host }) {
  const sentences = model.get("sentences");
  const [ids, unknown] = [model.get("ids"), model.get("unknown")];
  const withIds = Object.keys(ids).length > 0;
  let words = sentences[0];
  let seed = model.get("seed");

  // The first centre whose window doesn't reach beyond the sentence.
  function ordinary() {
    return Math.min(model.get("skip_window") + 1, Math.ceil(words.length / 2));
  }

  // Controls.
  const own = el("input", { type: "text", class: "lbl-sentence", maxlength: 300, autocomplete: "off", oninput: type });
  own.value = words.join(" ");
  const which = choice("Sentence", sentences, words, (s) => `${s.slice(0, 6).join(" ")}${s.length > 6 ? " …" : ""}`, take);
  which.hidden = sentences.length < 2;
  const hint = el("p", { class: "lbl-note lbl-error", role: "alert", hidden: "" });
  const at = slider("Centre", { min: 1, max: words.length, step: 1, value: ordinary() }, (v) => `${v}: ${words[v - 1]}`, () => (play.stop(), draw()));
  const reach = slider("Window", { min: 1, max: 5, step: 1, value: model.get("skip_window") }, (v) => `${v} on each side`, widen);
  const skips = slider("Pairs per word", { min: 1, max: 2 * model.get("skip_window"), step: 1, value: model.get("num_skips") }, (v) => `${v}`, () => draw());
  const play = player({
    label: "Slide",
    pause: "Stop",
    pace: 900,
    slow: 2500,
    begin: () => +at.input.value === words.length && at.set(1),
    step: slide,
    changed: draw,
  });
  const again = el("button", { type: "button", onclick: () => (seed++, draw()) }, "Choose again");

  // The sentence and its pairs.
  const row = el("ol", { class: "lbl-words", "aria-label": "The sentence" });
  const legend = el("p", { class: "lbl-note" }, "■ centre; ● context, makes a pair; ○ in the window, not chosen");
  const ring = el("p", { class: "lbl-note" });
  const body = el("tbody");
  const head = withIds ? ["pair", "centre", "id", "context", "id"] : ["pair", "centre", "context"];
  const made = table({ class: "lbl-pairs" }, "The pairs of this centre", head, body);
  const count = el("p", { class: "lbl-caption" });
  const sofar = el("ol", { class: "lbl-sofar", tabindex: 0, "aria-label": "All pairs so far" });
  const { say, ready } = figure(
    host,
    "skip-gram-window",
    model.get("title"),
    which,
    el("label", { class: "lbl-own" }, "The sentence, or one of your own ", own),
    hint,
    el("div", { class: "lbl-columns" }, at.root, reach.root, skips.root),
    el("div", { class: "lbl-row" }, play.button, again),
    row,
    legend,
    ring,
    el("div", { class: "lbl-columns" }, made, el("div", {}, count, sofar)),
  );

  function take(sentence) {
    own.value = sentence.join(" ");
    type();
  }

  function type() {
    play.stop();
    const typed = splitWords(own.value);
    which.querySelectorAll("input").forEach((radio, i) => (radio.checked = sentences[i].join(" ") === typed.join(" ")));
    const wrong = typed.length < 3 ? "A window needs at least 3 words." : typed.length > MOST_WORDS ? `At most ${MOST_WORDS} words, please.` : "";
    hint.textContent = wrong;
    hint.hidden = !wrong;
    if (wrong) return; // the last good sentence stays
    words = typed;
    at.input.max = words.length;
    fit();
    at.set(ordinary());
    draw();
  }

  // A window has to fit into the sentence, and the pairs into the window.
  function fit() {
    reach.input.max = Math.min(5, Math.floor((words.length - 1) / 2));
    reach.set(Math.min(+reach.input.value, +reach.input.max));
    skips.input.max = 2 * +reach.input.value;
    skips.set(Math.min(+skips.input.value, +skips.input.max));
  }

  function widen(value) {
    const all = +skips.input.value === +skips.input.max;
    fit();
    if (all) skips.set(2 * value); // who took all of the window takes all of the new one
    draw();
  }

  const id = (word) => `${ids[word] ?? (unknown < 0 ? "–" : unknown)}`;
  const pairsOf = (i) => contextsOf(i, words.length, +skips.input.value, +reach.input.value, seed).map((j) => [i, j]);

  function draw() {
    const centre = +at.input.value - 1;
    const [n, size] = [words.length, +reach.input.value];
    const near = contextsOf(centre, n, 2 * size, size, seed);
    const pairs = pairsOf(centre);
    const chosen = new Set(pairs.map(([, j]) => j));
    again.disabled = +skips.input.value === 2 * size;
    row.replaceChildren(
      ...words.map((word, i) => {
        const kind = i === centre ? "centre" : chosen.has(i) ? "context" : near.includes(i) ? "window" : "";
        const mark = { centre: "■", context: "●", window: "○", "": " " }[kind];
        const go = () => (play.stop(), at.set(i + 1), draw());
        return el("li", { class: kind && `is-${kind}`, onclick: go }, el("span", { class: "lbl-mark", "aria-hidden": "true" }, mark), word);
      }),
    );
    const wraps = centre < size || centre + size >= n;
    ring.textContent = wraps ? "The text is a ring: at its end the window goes on at its beginning." : "";
    const before = Array.from({ length: centre }, (_, i) => pairsOf(i)).flat();
    body.replaceChildren(
      ...pairs.map(([i, j], k) => {
        const cells = withIds ? [words[i], id(words[i]), words[j], id(words[j])] : [words[i], words[j]];
        return el("tr", {}, el("th", { scope: "row" }, `${before.length + k + 1}`), ...cells.map((cell) => el("td", {}, cell)));
      }),
    );
    const all = n * +skips.input.value;
    count.textContent = `So far ${before.length + pairs.length} of ${all} pairs`;
    sofar.replaceChildren(
      ...before.map(([i, j]) => el("li", {}, `(${words[i]}, ${words[j]})`)),
      ...pairs.map(([i, j]) => el("li", { class: "is-new" }, `(${words[i]}, ${words[j]})`)),
    );
    sofar.scrollTop = sofar.scrollHeight;
    const others = pairs.map(([, j]) => words[j]).join(", ");
    say(`Centre ${words[centre]}, contexts ${others}: ${before.length + pairs.length} of ${all} pairs so far.`, play.playing() ? 1e9 : 350);
  }

  function slide() {
    at.set(+at.input.value + 1);
    draw();
    if (+at.input.value === words.length) play.stop();
  }

  fit();
  draw();
  ready();
  return play.stop;
}

export default { render };
