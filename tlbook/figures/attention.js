// Attention as a picture: a row for each French word, a column for each English one. One cell at a
// time can be reached by Tab; the arrow keys go from it to the others.
import { el } from "./shared.js";

// attentionGrid() -> { root, set }. set(rows, columns, weights): words, words, and a list of weights
// for each row.
export function attentionGrid() {
  const table = el("table", { class: "lbl-attention", role: "grid", "aria-label": "Attention: French words in rows, English words in columns" });
  const note = el("p", { class: "lbl-note lbl-pointed" });
  const band = el("span", { class: "lbl-band lbl-weights" });
  const legend = el("p", { class: "lbl-note lbl-legend" }, el("span", {}, "weight 0"), band, el("span", {}, "1"), el("span", { class: "lbl-most-key" }, "the most of a row"));
  const root = el("div", {}, legend, el("div", { class: "lbl-scroll" }, table), note);
  const hint = "Point at a cell, or go through the picture with the arrow keys, to see its weight.";
  let cells = []; // cells[row][column]
  let heads = { rows: [], columns: [] };

  const place = (cell) => [+cell.dataset.row, +cell.dataset.column];

  function point(cell) {
    table.querySelectorAll(".is-pointed").forEach((one) => one.classList.remove("is-pointed"));
    if (!cell) return (note.textContent = hint);
    const [r, c] = place(cell);
    for (const one of [cell, heads.rows[r], heads.columns[c]]) one.classList.add("is-pointed");
    note.textContent = cell.getAttribute("aria-label");
  }

  const cellOf = (event) => event.target.closest("[data-row]");
  table.addEventListener("pointerover", (event) => cellOf(event) && point(cellOf(event)));
  table.addEventListener("pointerleave", () => point(table.contains(document.activeElement) ? document.activeElement : null));
  table.addEventListener("focusin", (event) => cellOf(event) && point(cellOf(event)));
  table.addEventListener("focusout", () => point(null));
  table.addEventListener("click", (event) => cellOf(event) && reach(...place(cellOf(event))));
  table.addEventListener("keydown", (event) => {
    const cell = cellOf(event);
    if (!cell || event.ctrlKey || event.altKey || event.metaKey) return;
    const [r, c] = place(cell);
    const last = cells[r].length - 1;
    const to = { ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1], ArrowUp: [r - 1, c], ArrowDown: [r + 1, c], Home: [r, 0], End: [r, last] }[event.key];
    if (!to) return;
    event.preventDefault();
    if (cells[to[0]]?.[to[1]]) reach(...to);
  });

  function reach(r, c) {
    table.querySelector('[tabindex="0"]').tabIndex = -1;
    cells[r][c].tabIndex = 0;
    cells[r][c].focus();
  }

  function set(rows, columns, weights) {
    root.hidden = !rows.length || !columns.length;
    const upright = (word) => el("th", { scope: "col", role: "columnheader", lang: "en" }, el("span", {}, word));
    heads.columns = columns.map(upright);
    heads.rows = rows.map((word) => el("th", { scope: "row", role: "rowheader", lang: "fr" }, word));
    cells = rows.map((word, r) => {
      const most = weights[r].indexOf(Math.max(...weights[r]));
      return columns.map((column, c) => {
        const share = weights[r][c];
        return el("td", {
          role: "gridcell",
          tabindex: -1,
          "data-row": r,
          "data-column": c,
          class: c === most ? "is-most" : "",
          style: `--weight: ${(100 * share).toFixed(1)}%`,
          "aria-label": `“${word}” looks at “${column}”: ${share.toFixed(2)}`,
        });
      });
    });
    if (!root.hidden) cells[0][0].tabIndex = 0;
    table.replaceChildren(
      el("thead", {}, el("tr", { role: "row" }, el("td", { role: "gridcell", "aria-label": "French word" }), ...heads.columns)),
      el("tbody", {}, ...cells.map((its, r) => el("tr", { role: "row" }, heads.rows[r], ...its))),
    );
    point(null);
  }
  return { root, set };
}
