// A text becomes words of the vocabulary, and a box to type it into.
import { el, choice } from "./shared.js";
import { plain, straight } from "./words_of.js";

// Behind these a full stop ends no sentence, as in tl.nlp.ptb_words.
const SHORT = /^([a-z]|mr|mrs|ms|dr|prof|st|jr|sr|vs|etc|inc|ltd|co|corp)$/;
const SUFFIX = /^(.+?)(n't|'(?:s|re|ve|ll|d|m))$/;

// [{ text, id, unknown }]. A word as it stands, else in lower case, else taken apart as in the Penn
// Treebank: "it's" is it 's, "$5" is $ N, a full stop is the end of a sentence. What is not in the
// vocabulary then is read as `unk`; without an `unk` its id is -1, and it isn't read.
export function splitText(text, index, unk, eos) {
  const unknown = index.get(unk) ?? -1;
  const found = [];
  const add = (word) => found.push({ text: word, id: index.get(word), unknown: false });
  const marks = (list, word = "") => {
    for (const mark of list) if (index.has(mark)) add(mark);
    const end = list[0] === "." && SHORT.test(word) ? list.slice(1) : list;
    if (/[.!?…]/.test(end.join("")) && index.has(eos)) add(eos);
  };
  const take = (word) => {
    if (!word) return;
    if (index.has(word)) return add(word);
    const bare = plain(word);
    if (index.has(bare)) return add(bare);
    const apart = word.match(SUFFIX);
    if (apart && index.has(apart[2])) return take(apart[1]), add(apart[2]);
    if (word.startsWith("$") && index.has("$")) return add("$"), take(word.slice(1));
    const percent = index.has("%") ? "%" : "N"; // the Penn Treebank of language models has N for both
    if (/\d%$/.test(word) && index.has(percent)) return take(word.slice(0, -1)), add(percent);
    if (/^[-+]?\d[\d.,]*$/.test(word) && index.has("N")) return add("N");
    if (!/[\p{L}\p{N}]/u.test(word)) return; // a mark that the vocabulary lacks
    const parts = bare.split(/[-–—/]/).filter(Boolean);
    if (parts.length > 1 && parts.every((part) => index.has(part))) return parts.forEach(add);
    found.push({ text: word, id: unknown, unknown: true });
  };
  for (const chunk of straight(text).split(/\s+/).filter(Boolean)) {
    if (index.has(chunk)) add(chunk);
    else if (index.has(chunk.toLowerCase())) add(chunk.toLowerCase());
    else {
      const [, before, word, after] = chunk.toLowerCase().match(/^([("“”«[']*)(.*?)([)"“”»\].,;:!?…']*)$/s);
      marks([...before]);
      if (after && index.has(word + after[0])) {
        add(word + after[0]); // "mr." before a comma
        marks([...after.slice(1)]);
      } else {
        take(word);
        marks([...after], word);
      }
    }
  }
  return found;
}

// readingBox("Your text", texts, most, read) -> { root, use, put }. read(words, typed) is
// called with the words of the vocabulary. The word under the pen counts as soon as it is one, and
// what isn't one when it is finished.
export function readingBox(label, texts, most, read) {
  let [index, unk, eos] = [new Map(), "", ""];
  const box = el("textarea", { rows: 2, maxlength: 6000, spellcheck: "false", oninput: () => typed(true), onchange: () => typed(false) });
  const note = el("p", { class: "lbl-note" });
  const brief = (text) => (text.length > 34 ? `${text.slice(0, 32).trimEnd()} …` : text);
  const which = choice("Text", texts, texts[0], brief, (text) => set(text));
  which.hidden = texts.length < 2;
  const root = el("div", {}, which, el("label", { class: "lbl-own" }, label, box), note);

  function typed(open) {
    which.querySelectorAll("input").forEach((radio, i) => (radio.checked = texts[i] === box.value.trim()));
    let words = splitText(box.value, index, unk, eos);
    if (open && /\S$/.test(box.value) && words.length && words[words.length - 1].unknown) words = words.slice(0, -1);
    const unknown = [...new Set(words.filter((word) => word.unknown).map(({ text }) => `“${text}”`))];
    const told = [];
    if (unknown.length) told.push(`Not in the vocabulary, ${unk ? `read as ${unk}` : "left out"}: ${unknown.join(", ")}.`);
    if (words.length > most) told.push(`Only the first ${most} words are read.`);
    note.textContent = told.join(" ");
    read(words.filter(({ id }) => id >= 0).slice(0, most), open);
  }

  function set(text) {
    box.value = text;
    typed(false);
  }

  const use = (vocabulary, unknown, end) => {
    [index, unk, eos] = [vocabulary, unknown, end];
    set(texts[0]);
  };
  const put = (text) => {
    box.value = text; // without reading it
    box.scrollTop = box.scrollHeight;
  };
  return { root, use, put };
}
