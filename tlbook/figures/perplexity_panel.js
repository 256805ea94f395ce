// What the panels of the models of words show: perplexities on an axis that runs along, and controls.
// On a page without a kernel the recorded curves remain.
import { chart, range } from "./chart.js";
import { el, figure, choice } from "./shared.js";
import { steering } from "./steered.js";

const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 2, 3, 5, 10, 20];
export const KEEPS = [0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1];
const RECENT = 30;
const HIGHEST = 5; // The axis ends at so many times the lowest value: the first words cost thousands.
const SHOWN = { all: "the whole run", recent: `the last ${RECENT} reports` };

// perplexityPanel(model, host, "language-panel", settings, { unseen: "a text ...", ... }): settings as
// in steering(), after the rate; `unseen` is what isn't trained on. What a panel shows beside the
// curves: `more` (nodes), `told()` (what is said of them), `drawings` (listeners). Returns how to stop.
export function perplexityPanel(model, host, name, settings, { unseen, more = [], told = () => "", drawings = {} }) {
  const controls = steering(model, `Step (${model.get("report_steps")} steps)`, [["learning_rate", "Learning rate", RATES], ...settings]);
  const epochs = el("button", { type: "button", onclick: () => model.send({ type: "epoch" }) }, "To the end of the epoch");
  controls.root.querySelector(".lbl-row").lastChild.before(epochs);
  const running = () => model.get("status") === "running";
  let shown = "all";
  const plot = chart("step", 260);
  const which = choice("Show", Object.keys(SHOWN), shown, (key) => SHOWN[key], (key) => ((shown = key), draw()));
  const seen = el("span", {}, el("span", { class: "lbl-key is-other" }), " the words trained on since the last report");
  const legend = el("p", { class: "lbl-note" }, el("span", { class: "lbl-key is-chosen" }), ` ${unseen} `, seen);
  const facts = el("p", { class: "lbl-note" });
  const curves = [which, plot.root, legend, facts];
  const parts = more.length ? [el("div", { class: "lbl-columns" }, el("div", {}, ...curves), el("div", {}, ...more))] : curves;
  const { say, ready } = figure(host, name, model.get("title"), controls.root, ...parts);

  const number = (v) => (v === null || v === undefined ? "none" : v < 1000 ? `${+v.toFixed(1)}` : Math.round(v).toLocaleString("en"));

  function draw() {
    const history = model.get("history");
    const from = shown === "recent" ? Math.max(0, history.step.length - RECENT) : 0;
    const [step, epoch, train, valid] = ["step", "epoch", "train", "valid"].map((key) => history[key].slice(from));
    const n = step.length - 1;
    const values = (list) => list.map((v) => v ?? NaN); // null: not measured, or no number any more
    const [low, high] = range([values(train), values(valid)]);
    const top = Math.min(high, HIGHEST * low);
    const sampled = n >= 0 && train.every((v) => v === null); // the loss of a sampled softmax is no perplexity
    seen.hidden = sampled;
    const trained = sampled ? "" : `, ${number(train[n])} on the words trained on`;
    const now = `${number(valid[n])} on ${unseen}${trained}`;
    plot.draw({
      label: n < 0 ? "No perplexity yet" : `Perplexity by step, now ${now}`,
      yLabel: "perplexity",
      x: [from ? step[0] : 0, Math.max(1, ...step)],
      y: [low, top],
      series: [
        { x: step, y: values(train), class: "is-other" },
        { x: step, y: values(valid), class: "is-chosen" },
      ],
    });
    const known = history.valid.filter((v) => v !== null);
    const words = number(model.get("n_words"));
    facts.textContent =
      `Guessing evenly among ${words} words is a perplexity of ${words}. ` +
      (top < high ? "What is higher than the axis is drawn at its end. " : "") +
      (known.length ? `Lowest on ${unseen}: ${number(Math.min(...known))}. ` : "") +
      `Rate now, with decay: ${+model.get("rate").toPrecision(3)}.`;
    if (n < 0) return say(`Nothing trained yet. ${told()}`.trim());
    if (running() && (history.step.length - 1) % 10) return; // don't talk all the time
    say(`Step ${step[n]}, epoch ${epoch[n].toFixed(2)}: perplexity ${now}. ${told()}`.trim());
  }

  function drawStatus() {
    controls.draw();
    epochs.disabled = !!model.asset || model.get("status") !== "paused"; // as Step
    if (!running()) draw();
  }

  const off = controls.on({ ...drawings, history: draw, rate: draw, status: drawStatus, message: drawStatus });
  draw();
  drawStatus();
  ready();
  return off;
}
