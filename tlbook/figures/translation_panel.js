// A panel around the training of a translator: its perplexities, and how it translates one sentence,
// with the attention, report by report.
import { attentionGrid } from "./attention.js";
import { KEEPS, perplexityPanel } from "./perplexity_panel.js";
import { el, slider } from "./shared.js";

function render({ model, el: host }) {
  const at = slider("Translation at step", { min: 0, max: 0, step: 1, value: 0 }, stepAt, () => drawSnapshot());
  const french = el("p", { class: "lbl-translation", lang: "fr" });
  const note = el("p", { class: "lbl-note" });
  const grid = attentionGrid();
  const more = [
    el("p", { class: "lbl-note" }, "English: ", el("span", { lang: "en" }, model.get("sentence"))),
    at.root,
    french,
    note,
    grid.root,
  ];

  function stepAt(i) {
    return (model.get("snapshots")[i]?.step ?? 0).toLocaleString("en");
  }

  function drawSnapshot() {
    const { words, text, complete, attention } = model.get("snapshots")[+at.input.value];
    french.textContent = text || "(nothing)";
    const expected = model.get("reference");
    const told = text === expected ? ["As in the corpus."] : ["In the corpus: ", el("span", { lang: "fr" }, expected)];
    note.replaceChildren(complete ? "" : "Cut off at the longest that is allowed. ", ...(expected ? told : []));
    const cell = grid.root.contains(document.activeElement) && document.activeElement.dataset;
    grid.set(words, model.get("words"), attention);
    // Who was in the picture stays there, though all its cells are new.
    if (cell?.row) grid.root.querySelector(`[data-row="${cell.row}"][data-column="${cell.column}"]`)?.focus();
  }

  // A new translation: stay at the newest, unless the reader has gone back.
  function drawSnapshots() {
    const last = model.get("snapshots").length - 1;
    const newest = +at.input.value === +at.input.max;
    at.input.max = last;
    at.set(newest ? last : Math.min(+at.input.value, last));
    drawSnapshot();
  }

  drawSnapshots();
  return perplexityPanel(model, host, "translation-panel", model.get("drops") ? [["keep", "Keep", KEEPS]] : [], {
    unseen: "pairs that aren't trained on",
    more,
    told: () => `Translation: ${model.get("snapshots").at(-1).text || "nothing"}`,
    drawings: { snapshots: drawSnapshots },
  });
}

export default { render };
