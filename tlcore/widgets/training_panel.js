// A panel around a running training. Python trains; here are the controls, the curves, the filters.
// On a page without a kernel the curves and filters of the recorded run remain to look at.

// A slider over a list of numbers, which then holds the current one too.
function listSlider(label, numbers, value, onpick) {
  const list = [...new Set([...numbers, value])].sort((a, b) => a - b);
  const range = { min: 0, max: list.length - 1, step: 1, value: list.indexOf(value) };
  return slider(label, range, (i) => `${list[i]}`, (i) => onpick(list[i]));
}

const RATES = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 1];
const KEEPS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const BATCHES = [16, 32, 64, 128, 256, 512, 1024];

function render({ model, el: host }) {
  const kernel = !model.asset;
  const set = (key, value) => {
    model.set(key, value);
    model.save_changes();
  };
  const send = (type) => model.send({ type });

  // Controls.
  const sliders = [
    listSlider("Learning rate", RATES, model.get("learning_rate"), (v) => set("learning_rate", v)),
    ...Object.entries(model.get("keep")).map(([name, keep]) =>
      listSlider(`Keep of ${name}`, KEEPS, keep, (v) => set("keep", { ...model.get("keep"), [name]: v })),
    ),
    listSlider("Batch size", BATCHES, model.get("batch_size"), (v) => set("batch_size", v)),
  ];
  const button = (text, onclick) => el("button", { type: "button", onclick }, text);
  const start = button("Start", () => send(model.get("status") === "running" ? "pause" : "start"));
  const step = button(`Step (${model.get("report_steps")} batches)`, () => send("step"));
  const reset = button("Reset", () => send("reset"));
  const note = el("p", { class: "lbl-note" });
  const problem = el("p", { class: "lbl-error", role: "alert", hidden: "" });

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
    note,
    problem,
    el("div", { class: "lbl-row" }, start, step, reset),
    el("div", { class: "lbl-columns" }, ...sliders.map((s) => s.root)),
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
    const status = model.get("status");
    start.textContent = status === "running" ? "Pause" : "Start";
    start.disabled = !kernel || status === "error";
    step.disabled = !kernel || status !== "paused";
    reset.disabled = !kernel;
    for (const { input } of sliders) input.disabled = !kernel;
    note.textContent = kernel
      ? { running: "Training runs.", paused: "Training is paused.", error: "Training has failed. Reset begins anew." }[status]
      : "A recorded run. To train, open this page as a notebook: Start and the sliders need a kernel.";
    problem.textContent = model.get("message");
    problem.hidden = !model.get("message");
    if (status !== "running") drawCurves();
  }

  const drawings = { history: drawCurves, snapshots: drawSnapshots, status: drawStatus, message: drawStatus };
  for (const [key, draw] of Object.entries(drawings)) model.on(`change:${key}`, draw);
  drawSnapshots();
  drawCurves();
  drawStatus();
  ready();
  return () => {
    for (const [key, draw] of Object.entries(drawings)) model.off(`change:${key}`, draw);
  };
}

export default { render };
