// An English sentence in, a French one out, and where attention looked.
import { attentionGrid } from "./attention.js";
import { EOS, UNK, longest, lengthOf, search, follow } from "./beam.js";
import { percent, nats } from "./numbers.js";
import { printed, sentenceBox, translatorLoader } from "./sentences.js";
import { encode } from "./seq2seq.js";
import { el, figure, slider, choice } from "./shared.js";

const SHOWN = 5;
const VIEWS = ["the whole sentence", "word by word"];

function render({ model, el: host }) {
  let net = null;
  let asking = []; // the words in the box
  let words = []; // those of what is shown
  let [source, found, steps] = [null, null, null]; // what was read, what was written, and how
  let view = VIEWS[0];
  let [asked, timer] = [0, 0];

  // Controls.
  const box = sentenceBox(model.get("examples"), read);
  const size = slider("Beam", { min: 1, max: 8, step: 1, value: model.get("beam_size") }, (v) => (v === 1 ? "1: greedy" : `${v} hypotheses`), () => later(150));
  const copy = el("input", { type: "checkbox", onchange: () => draw() });
  copy.checked = model.get("copy_unknown");
  const which = choice("Look at", VIEWS, view, (text) => text, (text) => ((view = text), draw()));
  const at = slider("French word", { min: 1, max: 1, step: 1, value: 1 }, (v) => (steps ? `${v}: ${written(v - 1)}` : ""), () => mark());

  // What is shown.
  const french = el("p", { class: "lbl-translation", lang: "fr" });
  const facts = el("p", { class: "lbl-note lbl-facts" });
  const grid = attentionGrid();
  const most = el("ul", { class: "lbl-looked" });
  const whole = el("div", {}, grid.root, el("details", {}, el("summary", {}, "Where each word looked most, in words"), most));
  const looked = el("ol", { class: "lbl-bands", lang: "en" });
  const caption = el("caption");
  const body = el("tbody");
  const table = el("table", { class: "lbl-bars lbl-next" }, caption, body);
  const single = el("div", {}, el("div", { class: "lbl-row" }, at.root), looked, table);
  const views = el("div", { class: "lbl-row lbl-choices" }, which);
  const result = el("div", {}, french, views, whole, single, facts);
  const settings = el("div", { class: "lbl-row" }, size.root, el("label", {}, copy, " copy unknown words"));
  views.hidden = size.root.hidden = true; // until there is a network
  const translator = translatorLoader(model, box, (loaded) => {
    net = loaded;
    views.hidden = size.root.hidden = false;
  });
  const { root, say, ready } = figure(host, "translate-sentence", model.get("title"), box.root, translator.root, result, settings);

  function read(list, typing, example) {
    if (!list) return known(model.get("examples").indexOf(example));
    const text = (all) => all.map((word) => word.text).join(" ");
    if (asked && text(list) === text(asking)) return;
    asking = list;
    later(typing ? 500 : 0);
  }

  // What Python has found for an example: all there is before the network is loaded.
  function known(i) {
    const { read, ids, words: french, score, done, looked } = model.get("found")[i];
    words = read.map(([text, id]) => ({ text, id }));
    [found, steps] = [{ ids, words: french, score, done, looked }, null];
    draw();
  }

  // Translate when nothing more has come for a while.
  function later(wait) {
    clearTimeout(timer);
    asked++;
    root.dataset.busy = "true";
    timer = setTimeout(translate, wait);
  }

  async function translate() {
    const [mine, list] = [asked, asking];
    const ids = list.map(({ id }) => id);
    const read = encode(net, ids);
    const limit = longest(ids.length, model.get("buckets"));
    const answer = await search(net, read, +size.input.value, limit, model.get("length_penalty"), () => mine === asked);
    if (!answer) return; // something else is asked for by now
    [words, source, found, steps] = [list, read, answer, null];
    at.set(1);
    draw();
    root.dataset.busy = "false";
  }

  // The French word as it stands; for _UNK, if that is wanted, the English word it looked at most.
  function written(t) {
    if (t >= found.ids.length) return "end of the sentence";
    const id = found.ids[t];
    if (id !== UNK || !copy.checked || !words.length) return found.words?.[t] ?? net.target.words[id];
    return words[strongest(found.looked[t])].text;
  }

  const strongest = (weights) => weights.indexOf(Math.max(...weights));

  function draw() {
    if (!found) return;
    result.hidden = !words.length;
    if (!words.length) return say("There is no sentence to translate.");
    const list = found.ids.map((_, t) => written(t));
    french.textContent = printed(list) || "(nothing)";
    const n = lengthOf(found);
    const cut = found.done ? "its end included" : "cut off at the longest that is allowed";
    const p = Math.exp(found.score);
    const chosen = +size.input.value > 1 ? ` Chosen from the beam with length penalty ${model.get("length_penalty").toFixed(2)}.` : "";
    facts.textContent =
      `Logarithm of its probability: ${nats(found.score)}, ${cut}; ${nats(found.score / n)} per word. ` +
      `That is a probability of ${p >= 0.0005 ? percent(p) : p.toExponential(1).replace("-", "−")}.${chosen}`;
    single.hidden = view === VIEWS[0] || !net;
    whole.hidden = !single.hidden;
    if (single.hidden) {
      grid.set(list, words.map(({ text }) => text), found.looked);
      const tell = (word, t) => {
        const s = strongest(found.looked[t]);
        return el("li", {}, `“${word}” looked at “${words[s].text}” (${found.looked[t][s].toFixed(2)})`);
      };
      most.replaceChildren(...list.map(tell));
      say(`French: ${french.textContent} Logarithm of its probability: ${nats(found.score)}.`);
    } else {
      steps ??= follow(net, source, found, SHOWN);
      at.input.max = Math.max(1, steps.length);
      at.set(Math.min(+at.input.value, +at.input.max));
      mark();
    }
  }

  // One French word: its row of attention, and what else might have come.
  function mark() {
    const t = +at.input.value - 1;
    const { id, logP, weights, words: likely } = steps[t];
    looked.setAttribute("aria-label", `Where “${written(t)}” looks`);
    looked.replaceChildren(
      ...words.map(({ text }, s) =>
        el(
          "li",
          { class: s === strongest(weights) ? "is-chosen" : "" },
          el("span", { class: "lbl-over" }, text),
          el("span", { class: "lbl-tone lbl-weight", style: `--weight: ${(100 * weights[s]).toFixed(1)}%` }),
          el("span", { class: "lbl-under" }, weights[s].toFixed(2)),
        ),
      ),
    );
    const before = printed(found.ids.slice(0, t).map((_, k) => written(k)));
    caption.replaceChildren("The likeliest ", before ? "after “" : "first words", ...(before ? [el("span", { lang: "fr" }, before), "”"] : []));
    const name = (word) => (word === EOS ? "_EOS, the end" : net.target.words[word]);
    const rows = likely.some((word) => word.id === id) ? likely : [...likely, { id, logP }];
    const highest = Math.exp(rows[0].logP);
    body.replaceChildren(
      ...rows.map((word) => {
        const p = Math.exp(word.logP);
        const bar = el("span", { class: "lbl-bar", style: `width: ${((100 * p) / highest).toFixed(1)}%` });
        const taken = word.id === id;
        const cells = [el("td", { class: "lbl-percent" }, percent(p)), el("td", {}, taken ? "taken" : ""), el("td", {}, bar)];
        return el("tr", { class: taken ? "is-best" : "" }, el("th", { scope: "row", lang: "fr" }, name(word.id)), ...cells);
      }),
    );
    const s = strongest(weights);
    const heard = likely.slice(0, 3).map((word) => `${name(word.id)} ${percent(Math.exp(word.logP))}`).join(", ");
    say(`“${written(t)}” looks most at “${words[s].text}”, ${weights[s].toFixed(2)}. Likeliest here: ${heard}.`);
  }

  if (model.get("examples").length) known(0);
  else say(translator.summary);
  ready();
}

export default { render };
