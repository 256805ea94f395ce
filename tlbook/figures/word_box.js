// A box to type a word of the vocabulary into, with suggestions (an ARIA combobox with a list).
import { el, uniqueId } from "./shared.js";
import { nearSpellings } from "./vectors.js";
import { plain, straight } from "./words_of.js";

// wordBox("Find a word", onpick) -> { root, note, use, set, id }. `onpick(id)` is called when the
// reader has chosen a word; `note` tells of a word that isn't there. `use(words)` gives the words, the most frequent first.
export function wordBox(label, onpick) {
  const name = uniqueId();
  let words = [];
  let index = new Map();
  let [shown, active, done] = [[], -1, ""];

  const list = el("ul", { role: "listbox", id: name, "aria-label": `${label}: suggestions`, hidden: "" });
  const input = el("input", {
    type: "text", role: "combobox", "aria-label": label, "aria-expanded": "false", "aria-controls": name,
    "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: 40,
  });
  const note = el("p", { class: "lbl-note lbl-unknown", role: "status" });
  const root = el("div", { class: "lbl-wordbox" }, input, list);
  const typed = () => {
    const word = straight(input.value).trim().toLowerCase().normalize("NFC");
    return index.has(word) ? word : plain(word); // most vocabularies have no accents
  };

  function suggest() {
    const start = typed();
    shown = start ? words.filter((word) => word.startsWith(start)).slice(0, 8) : [];
    if (shown.length === 1 && shown[0] === start) shown = [];
    active = -1;
    list.replaceChildren(
      ...shown.map((word, i) => {
        const option = el("li", { role: "option", id: `${name}-${i}`, "aria-selected": "false" }, word);
        option.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus
        option.addEventListener("click", () => choose(word));
        return option;
      }),
    );
    mark();
  }

  function mark() {
    const open = shown.length > 0;
    list.hidden = !open;
    input.setAttribute("aria-expanded", open);
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", i === active));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${name}-${active}`);
  }

  function close() {
    shown = [];
    active = -1;
    list.replaceChildren();
    mark();
  }

  function set(word) {
    input.value = done = word;
    note.replaceChildren();
    close();
  }

  function choose(word) {
    set(word);
    onpick(index.get(word));
  }

  // What was typed is a word, or it is told that it isn't.
  function commit() {
    const word = typed();
    close();
    if (word === done || word === "") return;
    if (index.has(word)) return choose(word);
    done = word;
    const near = nearSpellings(words, word);
    const buttons = near.map((one) => el("button", { type: "button", class: "lbl-word", onclick: () => (choose(one), input.focus()) }, one));
    const known = `“${word}” isn't among the ${words.length.toLocaleString("en")} words here.`;
    note.replaceChildren(near.length ? `${known} Near spellings: ` : `${known} Nothing is spelled nearly so.`, ...buttons);
  }

  input.addEventListener("input", suggest);
  input.addEventListener("change", commit);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (steps[event.key]) {
      if (!shown.length) suggest();
      if (shown.length) active = (active + steps[event.key] + shown.length + (active < 0 && steps[event.key] < 0)) % shown.length;
      mark();
    } else if (event.key === "Enter") {
      if (active >= 0) choose(shown[active]);
      else {
        if (typed() === done && index.has(done)) onpick(index.get(done));
        commit();
      }
    } else if (event.key === "Escape" && shown.length) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const use = (all) => ((words = all), (index = new Map(all.map((word, i) => [word, i]))));
  return { root, note, use, set, id: () => index.get(typed()) };
}
