// What the panels of the language model and the translator show: perplexities on an axis that runs along.
import { range } from "./chart.js";
import { curves, key, lastOf, panel } from "./panel.js";
import { choice, el } from "./shared.js";

const RECENT = 30;
const HIGHEST = 5; // The axis ends at so many times the lowest value: the first words cost thousands.
const SHOWN = { all: "the whole run", recent: `the last ${RECENT} reports` };

// perplexityPanel(model, host, "language-panel", { unseen, beside, draw, told }): `unseen` is what isn't
// trained on; `beside` are nodes beside the curves, which draw() brings up to date and told() puts in words.
export function perplexityPanel(model, host, name, { unseen, beside = [], draw = () => {}, told = () => "" }) {
  let shown = "all";
  const top = (low, high) => Math.min(high, HIGHEST * low);
  const plot = curves(model, ["step", "perplexity"], 260, { train: "is-other", valid: "is-chosen" }, (low, high) => [low, top(low, high)]);
  const which = choice("Show", Object.keys(SHOWN), shown, (each) => SHOWN[each], (each) => ((shown = each), drawCurves()));
  const seen = key("is-other", " the words trained on since the last report");
  const legend = el("p", { class: "lbl-note" }, key("is-chosen", ` ${unseen} `), seen);
  const facts = el("p", { class: "lbl-note" });
  const column = [which, plot.root, legend, facts];
  const number = (v) => (v === null ? "none" : v < 1000 ? `${+v.toFixed(1)}` : Math.round(v).toLocaleString("en"));

  function now() {
    const trained = seen.hidden ? "" : `, ${number(lastOf(model, "train"))} on the words trained on`;
    return `${number(lastOf(model, "valid"))} on ${unseen}${trained}`;
  }

  function drawCurves() {
    const { train, valid } = model.get("history");
    const from = shown === "recent" ? Math.max(0, valid.length - RECENT) : 0;
    // The loss of a sampled softmax is no perplexity.
    seen.hidden = valid.length > 0 && train.every((v) => v === null);
    plot.draw(valid.length ? `Perplexity by step, now ${now()}` : "No perplexity yet", { from });
    const [low, high] = range([train.slice(from), valid.slice(from)]);
    const known = valid.filter((v) => v !== null);
    const words = number(model.get("n_words"));
    facts.textContent =
      `Guessing evenly among ${words} words is a perplexity of ${words}. ` +
      (top(low, high) < high ? "What is higher than the axis is drawn at its end. " : "") +
      (known.length ? `Lowest on ${unseen}: ${number(Math.min(...known))}. ` : "") +
      (valid.length ? `Learning rate now: ${+lastOf(model, "rate").toPrecision(3)}.` : "");
  }

  return panel(model, host, name, {
    step: `Step (${model.get("report_steps")} steps)`,
    more: { epoch: "To the end of the epoch" },
    parts: beside.length ? [el("div", { class: "lbl-columns" }, el("div", {}, ...column), el("div", {}, ...beside))] : column,
    draw: () => (drawCurves(), draw()),
    told: () =>
      `Step ${lastOf(model, "step")}, epoch ${lastOf(model, "epoch").toFixed(2)}: perplexity ${now()}. ${told()}`.trim(),
  });
}
