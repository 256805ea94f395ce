// A panel around a running word2vec training. Python trains; here are the loss and the neighbours of
// some words, and, from steered.js, the controls. Without a kernel the recorded run remains to look at.
import { chart, range } from "./chart.js";
import { el, figure, slider } from "./shared.js";
import { steering } from "./steered.js";

const LISTS = {
  learning_rate: ["Rate", [0.01, 0.03, 0.1, 0.2, 0.5, 1, 2, 5]],
  skip_window: ["Window", [1, 2, 3, 4, 5]],
  num_sampled: ["Negatives", [1, 2, 4, 8, 16, 32, 64, 128]],
  embedding_size: ["Dimension", [2, 8, 16, 32, 64, 128, 200]],
};

function render({ model, el: host }) {
  const count = (value) => value.toLocaleString("en");

  // Controls.
  const most = { skip_window: (model.get("n_words") - 1) / 2, num_sampled: model.get("vocabulary_size") };
  const settings = Object.entries(LISTS).map(([key, [label, numbers]]) => [key, label, numbers.filter((v) => v <= (most[key] ?? Infinity))]);
  const controls = steering(model, `Step (${model.get("report_steps")} batches)`, settings);
  const advice = el(
    "p",
    { class: "lbl-note" },
    "A new rate counts at once. With a new window or other negatives the training carries on with the vectors it " +
      "has, in a new epoch. A new dimension begins anew. With other negatives the loss is a sum of other terms: don't compare it with the one before.",
  );

  // The curve and the neighbours.
  const plot = chart("step", 200);
  const events = el("ul", { class: "lbl-note lbl-events" });
  const at = slider("Neighbours at step", { min: 0, max: 0, step: 1, value: 0 }, stepAt, drawNeighbours);
  const body = el("tbody");
  const table = el(
    "table",
    { class: "lbl-neighbours" },
    el("caption", {}, "Nearest by cosine; bold: has come since the picture before"),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "word"), el("th", { scope: "col" }, "neighbours"))),
    body,
  );

  const { say, ready } = figure(
    host,
    "word2vec-panel",
    model.get("title"),
    controls.root,
    advice,
    el("div", { class: "lbl-columns" }, el("div", {}, plot.root, events), el("div", {}, at.root, table)),
  );

  function stepAt(i) {
    const snapshot = model.get("snapshots")[i];
    return snapshot ? count(snapshot.step) : "0";
  }

  function drawNeighbours(i) {
    const snapshots = model.get("snapshots");
    const before = snapshots[i - 1]?.neighbours ?? {};
    body.replaceChildren(
      ...Object.entries(snapshots[i].neighbours).map(([word, found]) => {
        const known = new Set((before[word] ?? found).map(([one]) => one));
        const parts = found.map(([one, cosine]) =>
          el(known.has(one) ? "span" : "b", { class: "lbl-near", title: `cosine ${cosine.toFixed(3)}` }, one),
        );
        return el("tr", {}, el("th", { scope: "row" }, word), el("td", {}, ...parts.flatMap((part) => [part, " "])));
      }),
    );
  }

  // New snapshots: stay at the newest, unless the reader has gone back.
  function drawSnapshots() {
    const last = model.get("snapshots").length - 1;
    const newest = +at.input.value === +at.input.max;
    at.input.max = last;
    at.set(newest ? last : Math.min(+at.input.value, last));
    drawNeighbours(+at.input.value);
  }

  function drawCurve() {
    const { step: x, loss: y } = model.get("history");
    const last = x.length - 1;
    const [low, high] = range([y]);
    const now = last < 0 ? "nothing yet" : y[last].toFixed(3);
    const lines = model.get("changes").map(([s]) => ({ x: [s, s], y: [low, high], class: "is-pinned" }));
    plot.draw({
      label: `Loss by step: ${now}`,
      yLabel: "mean loss of a pair",
      x: [0, Math.max(1, ...x)],
      y: [low, high],
      series: [...lines, { x, y, class: "is-chosen" }],
    });
    events.replaceChildren(...model.get("changes").map(([s, text]) => el("li", {}, `Step ${count(s)}: ${text}`)));
    if (last < 0) return say("Nothing trained yet.");
    if (model.get("status") === "running" && last % 10) return; // don't talk all the time
    const [word, found] = Object.entries(model.get("snapshots").at(-1).neighbours)[0];
    say(`Step ${count(x[last])}: loss ${now}. Nearest to ${word}: ${found.slice(0, 3).map(([one]) => one).join(", ")}.`);
  }

  function drawStatus() {
    controls.draw();
    if (model.get("status") !== "running") drawCurve();
  }

  const off = controls.on({ snapshots: drawSnapshots, history: drawCurve, changes: drawCurve, status: drawStatus, message: drawStatus });
  drawSnapshots();
  drawCurve();
  ready();
  return off;
}

export default { render };
