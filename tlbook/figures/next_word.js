// Type words: what the model expects next, and how it goes on.
import { loader } from "./load.js";
import { readModel, firstState, readWord, nextWord } from "./lstm.js";
import { percent } from "./numbers.js";
import { generator } from "./random.js";
import { readingBox } from "./reading.js";
import { likeliest, sharpen, pick, entropy } from "./sampling.js";
import { barRow, el, figure, slider, table } from "./shared.js";

const MOST_WORDS = 300;
const SHOWN = 10;
const TOP_K = [1, 2, 3, 5, 10, 20, 50, 100, 200, 0];

function render({ model, el: host }) {
  let net = null;
  let [words, states, chances] = [[], [], []]; // read so far; states[k] and the chance of word k before it
  let steps = 0; // of the network, in all
  let next = null; // distribution over the next word

  const unknownId = () => net.index.get(model.get("unk_key")) ?? -1;

  // Controls.
  const box = readingBox("Your text", model.get("texts"), MOST_WORDS, read);
  const temperature = slider("Temperature", { min: 0, max: 2, step: 0.05, value: model.get("temperature") }, (v) => (v ? v.toFixed(2) : "0: the likeliest"), () => draw());
  const range = { min: 0, max: TOP_K.length - 1, step: 1, value: TOP_K.indexOf(model.get("top_k")) };
  const top = slider("Top k", range, (i) => (TOP_K[i] ? `${TOP_K[i]}` : "all words"), () => draw());
  const seed = el("input", { type: "number", min: 0, max: 9999, step: 1, value: model.get("seed") });
  const skip = el("input", { type: "checkbox", onchange: () => draw() });
  skip.checked = model.get("skip_unknown");
  const button = (text, onclick) => el("button", { type: "button", onclick }, text);
  const one = button("Write a word", () => write(1));
  const more = button("Write 20 more words", () => write(20));
  const back = button("Take back what it wrote", takeBack);

  // What is shown.
  const text = el("ol", { class: "lbl-read", tabindex: 0, "aria-label": "The words as the model reads them" });
  const facts = el("p", { class: "lbl-note" });
  const body = el("tbody");
  const caption = el("caption");
  const likely = table({ class: "lbl-bars lbl-next" }, caption, ["word", "model", "drawn", ""], body);
  const sure = el("p", { class: "lbl-note" });
  const legend = el("p", { class: "lbl-note lbl-keys" }, el("span", {}, "Under each word: the chance that the model gave it."), el("span", { class: "is-written" }, "written by the model"));
  const inside = el(
    "div",
    { hidden: "" },
    box.root,
    el("div", { class: "lbl-columns" }, temperature.root, top.root),
    el(
      "div",
      { class: "lbl-row" },
      el("label", {}, "Seed ", seed),
      el("label", { hidden: model.get("unk_key") ? undefined : "" }, skip, ` never write ${model.get("unk_key")}`),
    ),
    el("div", { class: "lbl-row" }, one, more, back),
    text,
    legend,
    facts,
    likely,
    sure,
  );
  const glimpse = el("div", {}, table({ class: "lbl-bars lbl-next" }, `“${model.get("texts")[0] ?? ""} …”`, ["word", "model", ""],
    ...(model.get("first") ?? []).map(([word, p], _, [[, most]]) => {
      const { row, number: cell, bar: line } = barRow(word);
      cell.textContent = percent(p);
      line.style.width = `${(100 * p) / most}%`;
      return row;
    })));
  const { load, root: button_ } = loader(model, "the model", opened);
  const { root, say, ready } = figure(host, "next-word", model.get("title"), button_, glimpse, inside);

  function opened(file) {
    net = readModel(file);
    states = [firstState(net, model.get("eos_key"))];
    words = [];
    chances = [];
    next = nextWord(net, states[0]);
    inside.hidden = false;
    glimpse.remove();
    box.use(net.index, model.get("unk_key"), model.get("eos_key"));
    return `${net.words.length.toLocaleString("en")} words; LSTM layers of ${net.layers.map((layer) => layer.n).join(" and ")} units.`;
  }

  // Go on from what the two texts have in common. What was written stays marked as written.
  function read(found, typing = false) {
    let same = 0;
    while (same < Math.min(found.length, words.length) && found[same].id === words[same].id) same++;
    const kept = found.slice(0, same).map((word, i) => ({ ...word, written: words[i].written }));
    if (same < words.length) {
      states.length = same + 1;
      chances.length = same;
      next = null;
    }
    words = kept;
    for (const word of found.slice(same)) append(word);
    draw(typing ? 1200 : 350);
  }

  function append(word) {
    next ??= nextWord(net, states[words.length]);
    chances.push(next[word.id]);
    words.push(word);
    states.push(readWord(net, states[states.length - 1], word.id));
    steps++;
    next = null;
  }

  // The distribution to draw from, with the settings as they are.
  const drawn = () => sharpen(next, +temperature.input.value, TOP_K[+top.input.value], skip.checked ? unknownId() : -1);

  function write(n) {
    const start = words.length;
    while (words.length < Math.min(start + n, MOST_WORDS)) {
      next ??= nextWord(net, states[words.length]);
      const place = generator(Math.floor(+seed.value) * 1009 + words.length)(); // of the seed, and of the place
      const id = pick(drawn(), place);
      append({ text: net.words[id], id, unknown: false, written: true });
    }
    const written = words.slice(start).map((word) => word.text).join(" ");
    own(words);
    draw(350, `Wrote: ${written}. `);
  }

  // What the box holds: the words that the model reads, as they were typed.
  function own(list) {
    box.put(list.map((word) => word.text).join(" ") + (list.length ? " " : ""));
  }

  function takeBack() {
    let n = words.length;
    while (n > 0 && words[n - 1].written) n--;
    own(words.slice(0, n));
    read(words.slice(0, n));
    if (back.disabled) more.focus();
  }

  function draw(wait = 350, before = "") {
    if (!net) return;
    next ??= nextWord(net, states[words.length]);
    const p = drawn();
    root.dataset.steps = steps;
    const full = words.length >= MOST_WORDS;
    one.disabled = more.disabled = full;
    back.disabled = !(words.length && words[words.length - 1].written);
    const kind = ({ unknown, written }) => [unknown && "is-unknown", written && "is-written"].filter(Boolean).join(" ");
    text.replaceChildren(
      ...words.map((word, i) => {
        const name = word.unknown ? `${word.text} → ${net.words[word.id]}` : word.text;
        return el("li", { class: kind(word) }, name, el("span", { class: "lbl-under" }, percent(chances[i])));
      }),
    );
    const mean = chances.reduce((sum, chance) => sum - Math.log(chance), 0) / Math.max(1, chances.length);
    facts.textContent = words.length
      ? `Perplexity of ${words.length === 1 ? "this word" : `these ${words.length} words`}: ${number(Math.exp(mean))}.${full ? ` ${MOST_WORDS} words are the most.` : ""}`
      : "Nothing is read yet: these are words that begin a sentence.";
    const last = words.length ? words[words.length - 1] : null;
    caption.textContent = last ? `After “${last.unknown ? net.words[last.id] : last.text}”` : "The first word";
    const best = likeliest(next, SHOWN);
    const most = Math.max(next[best[0]], ...best.map((i) => p[i]));
    const bar = (share, name) => el("span", { class: `lbl-bar ${name}`, style: `width: ${((100 * share) / most).toFixed(1)}%` });
    body.replaceChildren(
      ...best.map((id) => {
        const word = button(net.words[id], () => choose(id));
        word.className = "lbl-word";
        return el(
          "tr",
          {},
          el("th", { scope: "row" }, word),
          el("td", { class: "lbl-percent" }, percent(next[id])),
          el("td", { class: "lbl-percent" }, percent(p[id])),
          el("td", {}, bar(next[id], ""), bar(p[id], "is-drawn")),
        );
      }),
    );
    const [bits, narrowed] = [entropy(next), entropy(p)];
    sure.textContent =
      `The model: entropy ${bits.toFixed(2)} bits, as unsure as among ${number(2 ** bits)} equally likely words (its perplexity). ` +
      `Drawn from: ${narrowed.toFixed(2)} bits, ${number(2 ** narrowed)} words.`;
    const heard = best.slice(0, 3).map((id) => `${net.words[id]} ${percent(next[id])}`).join(", ");
    say(`${before}${caption.textContent}: ${heard}. As unsure as among ${number(2 ** bits)} words.`, wait);
  }

  const number = (v) => (v < 100 ? v.toFixed(1) : Math.round(v).toLocaleString("en"));

  function choose(id) {
    if (words.length >= MOST_WORDS) return;
    append({ text: net.words[id], id, unknown: false });
    own(words);
    draw();
    body.querySelector("button").focus(); // the next choice is where the last one was
  }

  say(`A language model of ${model.get("n_words").toLocaleString("en")} words. Not loaded yet.`);
  ready();
}

export default { render };
