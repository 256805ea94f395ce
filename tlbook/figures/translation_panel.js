// A translator that is trained: its perplexities, and how it translates one sentence, with the
// attention, report by report.
import { attentionGrid } from "./attention.js";
import { lookBack } from "./panel.js";
import { perplexityPanel } from "./perplexity_panel.js";
import { el } from "./shared.js";

function render({ model, el: host }) {
  const french = el("p", { class: "lbl-translation", lang: "fr" });
  const note = el("p", { class: "lbl-note" });
  const grid = attentionGrid();
  const english = el("p", { class: "lbl-note" }, "English: ", el("span", { lang: "en" }, model.get("sentence")));
  const step = (at) => at.toLocaleString("en");
  const translations = lookBack(model, "Translation at step", step, drawTranslation, french, note, grid.root);

  function drawTranslation({ words, text, complete, attention }) {
    french.textContent = text || "(nothing)";
    const expected = model.get("reference");
    const told = text === expected ? ["As in the corpus."] : ["In the corpus: ", el("span", { lang: "fr" }, expected)];
    note.replaceChildren(complete ? "" : "Cut off at the longest that is allowed. ", ...(expected ? told : []));
    const cell = grid.root.contains(document.activeElement) && document.activeElement.dataset;
    grid.set(words, model.get("words"), attention);
    // Who was in the picture stays there, though all its cells are new.
    if (cell?.row) grid.root.querySelector(`[data-row="${cell.row}"][data-column="${cell.column}"]`)?.focus();
  }

  return perplexityPanel(model, host, "translation-panel", {
    unseen: "pairs that aren't trained on",
    beside: [english, translations.root],
    draw: translations.draw,
    told: () => `Translation: ${model.get("looks").at(-1).text || "nothing"}`,
  });
}

export default { render };
