// A recorded sweep: three settings choose one curve among all; curves can be pinned to compare them.
import { chart, range } from "./chart.js";
import { el, figure, choice, table } from "./shared.js";

const SETTINGS = [
  ["learning_rate", "Learning rate"],
  ["keep", "Keep"],
  ["width", "Width"],
];
const CURVES = { val_acc: "validation accuracy", val_loss: "validation loss", train_loss: "training loss" };

function render({ model, el: host }) {
  const runs = model.get("runs");
  const final = (run) => run.history.val_acc[run.history.val_acc.length - 1];
  const best = runs.reduce((a, b) => (final(b) > final(a) ? b : a));
  const chosen = Object.fromEntries(SETTINGS.map(([key]) => [key, best[key]]));
  const pinned = new Set();
  let curve = "val_acc";

  const current = () => runs.find((run) => SETTINGS.every(([key]) => run[key] === chosen[key]));
  const name = (run) => `rate ${run.learning_rate}, keep ${run.keep}, width ${run.width}`;
  const percent = (value) => (Number.isFinite(value) ? `${(100 * value).toFixed(2)} %` : "diverged");

  const radios = SETTINGS.map(([key, label]) => {
    const values = [...new Set(runs.map((run) => run[key]))].sort((a, b) => a - b);
    return choice(label, values, chosen[key], String, (value) => ((chosen[key] = value), draw()));
  });
  const show = choice("Show", Object.keys(CURVES), curve, (key) => CURVES[key], (key) => ((curve = key), draw()));
  const pin = el("button", { type: "button", onclick: togglePin }, "Pin this curve");
  const unpin = el("button", { type: "button", onclick: () => (pinned.clear(), draw()) }, "Unpin all");
  const plot = chart("epoch");
  const body = el("tbody");
  const head = ["run", "learning rate", "keep", "width", "final accuracy"];
  const accuracies = table({}, "Validation accuracy after the last epoch", head, body);
  const legend = el(
    "p",
    { class: "lbl-note" },
    el("span", { class: "lbl-key is-chosen" }), " chosen ",
    el("span", { class: "lbl-key is-pinned" }), " pinned ",
    el("span", { class: "lbl-key" }), " all others",
  );
  const { say, ready } = figure(
    host,
    "sweep",
    model.get("title"),
    el("div", { class: "lbl-row lbl-choices" }, ...radios, show),
    plot.root,
    legend,
    el("div", { class: "lbl-row" }, pin, unpin),
    accuracies,
  );

  function togglePin() {
    const run = current();
    if (!pinned.delete(run)) pinned.add(run);
    draw();
  }

  function draw() {
    const run = current();
    const rank = (one) => (one === run ? 2 : pinned.has(one) ? 1 : 0);
    const ordered = [...runs].sort((a, b) => rank(a) - rank(b)); // the chosen one on top
    const lists = runs.map((one) => one.history[curve]);
    const [low, high] = range(lists);
    // One bad run would flatten all others: a loss axis ends at three times the worst usual start.
    const starts = lists.map((list) => list[0]).filter(Number.isFinite).sort((a, b) => a - b);
    const top = curve === "val_acc" ? high : Math.min(high, 3 * starts[Math.floor(starts.length / 2)]);
    plot.draw({
      label: `${CURVES[curve]} by epoch of ${runs.length} runs. Chosen: ${name(run)}, final accuracy ${percent(final(run))}.`,
      yLabel: CURVES[curve],
      x: range(runs.map((one) => one.history.epoch)),
      y: [low, top],
      series: ordered.map((one) => ({
        x: one.history.epoch,
        y: one.history[curve],
        class: ["", "is-pinned", "is-chosen"][rank(one)],
      })),
    });
    const row = (kind, one) => {
      const cells = [...SETTINGS.map(([key]) => one[key]), percent(final(one))];
      return el("tr", {}, el("th", { scope: "row" }, kind), ...cells.map((cell) => el("td", {}, `${cell}`)));
    };
    body.replaceChildren(
      row("chosen", run),
      ...[...pinned].filter((one) => one !== run).map((one) => row("pinned", one)),
      row("best of all", best),
    );
    pin.textContent = pinned.has(run) ? "Unpin this curve" : "Pin this curve";
    unpin.disabled = pinned.size === 0;
    say(`${name(run)}: final validation accuracy ${percent(final(run))}.`);
  }

  draw();
  ready();
}

export default { render };
