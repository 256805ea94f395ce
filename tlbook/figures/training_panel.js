// A panel around a running training. Python trains; here are the curves, the filters and, from
// steered.js, the controls. Without a kernel the recorded run remains to look at.
import { chart, range } from "./chart.js";
import { toBytes, el, figure, slider, picture, mosaic } from "./shared.js";
import { steering } from "./steered.js";

const RATES = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 1];
const KEEPS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const BATCHES = [16, 32, 64, 128, 256, 512, 1024];

function render({ model, el: host }) {
  const controls = steering(model, `Step (${model.get("report_steps")} batches)`, [
    ["learning_rate", "Learning rate", RATES],
    ...Object.keys(model.get("keep")).map((name) => ["keep", `Keep of ${name}`, KEEPS, name]),
    ["batch_size", "Batch size", BATCHES],
  ]);

  // Curves and filters.
  const loss = chart("epoch", 200);
  const accuracy = chart("epoch", 200);
  const canvas = picture("", "is-square");
  const at = slider("Filters at epoch", { min: 0, max: 0, step: 1, value: 0 }, epochAt, drawFilters);
  const filters = el("div", {}, at.root, canvas);
  const legend = el(
    "p",
    { class: "lbl-note" },
    el("span", { class: "lbl-key is-chosen" }), " training (dropout on) ",
    el("span", { class: "lbl-key is-other" }), " validation",
  );

  const { say, ready } = figure(
    host,
    "training-panel",
    model.get("title"),
    controls.root,
    el("div", { class: "lbl-columns" }, el("div", {}, loss.root, legend), accuracy.root),
    filters,
  );

  function epochAt(i) {
    const epochs = model.get("snapshot_epochs");
    return epochs.length ? `${+epochs[i].toFixed(2)}` : "0";
  }

  function drawFilters(i) {
    const [n, height, width] = model.get("shape");
    const greys = toBytes(model.get("snapshots"));
    const pixel = (f, r, c) => greys[((i * n + f) * height + r) * width + c];
    mosaic(canvas, n, [height, width], Math.ceil(Math.sqrt(n)), pixel);
    canvas.setAttribute("aria-label", `${n} filters of the first layer after ${epochAt(i)} epochs`);
  }

  // New snapshots: stay at the newest, unless the reader has gone back.
  function drawSnapshots() {
    const last = model.get("snapshot_epochs").length - 1;
    filters.hidden = last < 0;
    if (last < 0) return;
    const newest = +at.input.value === +at.input.max;
    at.input.max = last;
    at.set(newest ? last : Math.min(+at.input.value, last));
    drawFilters(+at.input.value);
  }

  function drawCurves() {
    const { epoch, train_loss, val_loss, val_acc } = model.get("history");
    const last = epoch.length - 1;
    const x = [0, Math.max(1, ...epoch)];
    const now = (values) => (last < 0 ? "nothing yet" : values[last].toFixed(4));
    loss.draw({
      label: `Loss by epoch: training ${now(train_loss)}, validation ${now(val_loss)}`,
      yLabel: "loss",
      x,
      y: [0, range([train_loss, val_loss])[1]],
      series: [
        { x: epoch, y: train_loss, class: "is-chosen" },
        { x: epoch, y: val_loss, class: "is-other" },
      ],
    });
    accuracy.draw({
      label: `Validation accuracy by epoch: ${now(val_acc)}`,
      yLabel: "validation accuracy",
      x,
      y: [range([val_acc])[0], 1],
      series: [{ x: epoch, y: val_acc, class: "is-other" }],
    });
    const running = model.get("status") === "running";
    if (last < 0) return say("Nothing trained yet.");
    if (running && !Number.isInteger(epoch[last])) return; // don't talk all the time
    say(`Epoch ${+epoch[last].toFixed(2)}: training loss ${now(train_loss)}, validation accuracy ${now(val_acc)}.`);
  }

  function drawStatus() {
    controls.draw();
    if (model.get("status") !== "running") drawCurves();
  }

  drawSnapshots();
  drawCurves();
  ready();
  return controls.on({ history: drawCurves, snapshots: drawSnapshots, status: drawStatus, message: controls.draw });
}

export default { render };
