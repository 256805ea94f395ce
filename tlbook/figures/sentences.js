// A box to write a sentence in, the translator that reads it, and how sentences are printed.
import { asTrained } from "./as_trained.js";
import { UNK } from "./beam.js";
import { loader } from "./load.js";
import { readTranslator } from "./seq2seq.js";
import { el, choice } from "./shared.js";
import { basicTokenizer, joinWords } from "./words_of.js";

const MOST_WORDS = 40;

// As it is printed: a mark with a space before it never begins a line.
export const printed = (words) => joinWords(words).replace(/ (?=[?!:;])/g, "\u00a0");

// sentenceBox(examples, read) -> { root, use }. read(words, typing) is called with [{ text, id, unknown }]; before use(net)
// has given the vocabulary, with none but the text of an example: read(null, false, text).
export function sentenceBox(examples, read) {
  let index = null;
  const box = el("textarea", { rows: 2, maxlength: 2000, spellcheck: "false", lang: "en", oninput: () => typed(true), onchange: () => typed(false) });
  const list = el("ol", { class: "lbl-read", lang: "en", tabindex: 0, hidden: "", "aria-label": "The words as the network reads them" });
  const note = el("p", { class: "lbl-note", role: "status" });
  const brief = (text) => (text.length > 44 ? `${text.slice(0, 42).trimEnd()} …` : text);
  const which = choice("Example", examples, examples[0], brief, (text) => set(text));
  which.hidden = examples.length < 2;
  const root = el("div", {}, which, el("label", { class: "lbl-own" }, "An English sentence", box), list, note);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // a sentence is one line
    typed(false);
  });

  function typed(typing) {
    which.querySelectorAll("input").forEach((radio, i) => (radio.checked = examples[i] === box.value.trim()));
    if (!index) {
      const known = examples.includes(box.value.trim());
      note.textContent = known ? "" : "A sentence of your own needs the network: load it with the button above.";
      return known && read(null, false, box.value.trim());
    }
    const mine = asTrained(box.value, index);
    const all = mine.map((text) => ({ text, id: index.get(text) ?? UNK, unknown: !index.has(text) }));
    const words = all.slice(0, MOST_WORDS);
    const item = ({ text, unknown }) => el("li", { class: unknown ? "is-unknown" : "" }, unknown ? `${text} → _UNK` : text);
    list.replaceChildren(...words.map(item));
    const unknown = [...new Set(words.filter((word) => word.unknown).map(({ text }) => `“${text}”`))];
    const told = [];
    const changed = mine.join(" ") !== basicTokenizer(box.value).join(" ");
    if (changed) told.push(`Written as the network has learned it: “${joinWords(mine, "en")}”`);
    if (unknown.length) told.push(`Not in the vocabulary, read as _UNK: ${unknown.join(", ")}.`);
    if (all.length > MOST_WORDS) told.push(`Only the first ${MOST_WORDS} words are read.`);
    note.textContent = told.join(" ");
    read(words, typing);
  }

  function set(text) {
    box.value = text;
    typed(false);
  }

  const use = (vocabulary) => {
    index = vocabulary;
    list.hidden = false;
    typed(false);
  };
  box.value = examples[0] ?? "";
  return { root, use };
}

// The button that loads a figure's translator; then `opened(net)`, and the box has its words. Where another figure of
// the page has loaded it, this one follows: the browser has the file.
export function translatorLoader(model, box, opened) {
  const size = ([source, target]) => `${source.toLocaleString("en")} English and ${target.toLocaleString("en")} French words`;
  let loaded = false;
  const loading = loader(model, "the translator for your own sentences", (file) => {
    const net = readTranslator(file);
    loaded = true;
    opened(net);
    box.use(net.source.index);
    document.dispatchEvent(new CustomEvent("lbl-translator", { detail: model.get("files")[0] }));
    return `${size([net.source.words.length, net.target.words.length])}. It makes mistakes.`;
  });
  const follow = ({ detail }) => !loaded && detail === model.get("files")[0] && loading.load();
  document.addEventListener("lbl-translator", follow, { once: true });
  return { root: loading.root, summary: `A translator of ${size(model.get("n_words"))}. Not loaded yet.` };
}
