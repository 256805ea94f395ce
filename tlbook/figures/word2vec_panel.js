// Word vectors that are trained: the loss, and the neighbours of some words.
import { curves, lastOf, lookBack, panel } from "./panel.js";
import { el } from "./shared.js";

const ADVICE =
  "A new rate counts at once. With a new window or other negatives the training carries on with the vectors it " +
  "has, in a new epoch. A new dimension begins anew. With other negatives the loss is a sum of other terms: don't compare it with the one before.";

function render({ model, el: host }) {
  const count = (value) => value.toLocaleString("en");
  const plot = curves(model, ["step", "mean loss of a pair"], 200, { loss: "is-chosen" });
  const events = el("ul", { class: "lbl-note lbl-events" });
  const body = el("tbody");
  const heads = ["word", "neighbours"].map((text) => el("th", { scope: "col" }, text));
  const caption = el("caption", {}, "Nearest by cosine; bold: has come since the picture before");
  const table = el("table", { class: "lbl-neighbours" }, caption, el("thead", {}, el("tr", {}, ...heads)), body);
  const back = lookBack(model, "Neighbours at step", count, drawNeighbours, table);
  const now = () => lastOf(model, "loss")?.toFixed(3) ?? "nothing yet";

  function drawNeighbours({ neighbours }, before) {
    const rows = Object.entries(neighbours).map(([word, found]) => {
      const known = new Set((before?.neighbours[word] ?? found).map(([one]) => one));
      const parts = found.map(([one, cosine]) =>
        el(known.has(one) ? "span" : "b", { class: "lbl-near", title: `cosine ${cosine.toFixed(3)}` }, one),
      );
      return el("tr", {}, el("th", { scope: "row" }, word), el("td", {}, ...parts.flatMap((part) => [part, " "])));
    });
    body.replaceChildren(...rows);
  }

  return panel(model, host, "word2vec-panel", {
    step: `Step (${model.get("report_steps")} batches)`,
    parts: [
      el("p", { class: "lbl-note" }, ADVICE),
      el("div", { class: "lbl-columns" }, el("div", {}, plot.root, events), back.root),
    ],
    draw() {
      const changes = model.get("changes");
      plot.draw(`Loss by step: ${now()}`, { lines: changes.map(([step]) => step) });
      events.replaceChildren(...changes.map(([step, text]) => el("li", {}, `Step ${count(step)}: ${text}`)));
      back.draw();
    },
    told() {
      const [word, found] = Object.entries(model.get("looks").at(-1).neighbours)[0];
      const nearest = found.slice(0, 3).map(([one]) => one).join(", ");
      return `Step ${count(lastOf(model, "step"))}: loss ${now()}. Nearest to ${word}: ${nearest}.`;
    },
  });
}

export default { render };
