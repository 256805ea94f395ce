// A box to write a sentence in, and how sentences and numbers are printed. After words_of.js.
const MOST_WORDS = 40;

// As it is printed: a mark with a space before it never begins a line.
const printed = (words) => joinWords(words).replace(/ (?=[?!:;])/g, "\u00a0");

const nats = (v) => v.toFixed(2).replace(/^-0\.00$/, "0.00").replace("-", "−");
const percent = (p) => (p >= 0.0005 ? `${(100 * p).toFixed(1)}\u00a0%` : p > 0 ? "<\u00a00.1\u00a0%" : "0");

// sentenceBox(examples, read) -> { root, use }. read(words, typing) is called with
// [{ text, id, unknown }]. A telephone's curved marks are the straight ones of the corpus.
function sentenceBox(examples, read) {
  let index = new Map();
  const box = el("textarea", { rows: 2, maxlength: 2000, spellcheck: "false", lang: "en", oninput: () => typed(true), onchange: () => typed(false) });
  const list = el("ol", { class: "lbl-read", lang: "en", tabindex: 0, "aria-label": "The words as the network reads them" });
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
    const straight = box.value.replace(/[’‘]/g, "'").replace(/[“”]/g, '"');
    const all = basicTokenizer(straight).map((text) => ({ text, id: index.get(text) ?? UNK, unknown: !index.has(text) }));
    const words = all.slice(0, MOST_WORDS);
    const item = ({ text, unknown }) => el("li", { class: unknown ? "is-unknown" : "" }, unknown ? `${text} → _UNK` : text);
    list.replaceChildren(...words.map(item));
    const unknown = [...new Set(words.filter((word) => word.unknown).map(({ text }) => `“${text}”`))];
    const told = [];
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
    set(examples[0]);
  };
  return { root, use };
}
