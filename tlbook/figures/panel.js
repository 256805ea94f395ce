// What every panel has (panel.py): the controls of a training that Python runs, its curves, and what it
// had learned at each report. On a page without a kernel the recorded run remains to look at.
import { chart, range } from "./chart.js";
import { el, figure, slider, toBytes } from "./shared.js";

const NOTES = {
  running: "Training runs.",
  paused: "Training is paused.",
  error: "Training has failed. Reset begins anew.",
  recorded: "A recorded run. To train, open this page as a notebook: Start and the sliders need a kernel.",
};

// panel(model, host, "policy-panel", { step, more, parts, draw, told, on }) -> how to stop listening.
//   step: what the button says that trains up to the next report
//   more: further commands, { epoch: "To the end of the epoch" }
//   parts: what stands below the controls; draw() brings it up to date
//   told(): the last report in words
//   on: other traits to listen to, { frame: f }
export function panel(model, host, name, { step, more = {}, parts, draw, told, on = {} }) {
  const kernel = !model.asset;
  const status = () => model.get("status");
  const send = (type) => model.send({ type });
  const button = (text, onclick) => el("button", { type: "button", onclick }, text);
  const start = button("Start", () => send(status() === "running" ? "pause" : "start"));
  const forward = Object.entries({ step, ...more }).map(([type, text]) => button(text, () => send(type)));
  const reset = button("Reset", () => send("reset"));
  const sliders = model.get("sliders").flatMap((setting) => settingSliders(model, setting));
  const note = el("p", { class: "lbl-note" });
  const problem = el("p", { class: "lbl-error", role: "alert", hidden: "" });
  const row = el("div", { class: "lbl-row" }, start, ...forward, reset);
  const columns = el("div", { class: "lbl-columns" }, ...sliders.map((one) => one.root));
  const { say, ready } = figure(host, name, model.get("title"), note, problem, row, columns, ...parts);

  function redraw() {
    start.textContent = status() === "running" ? "Pause" : "Start";
    start.disabled = !kernel || status() === "error";
    for (const one of forward) one.disabled = !kernel || status() !== "paused";
    for (const one of [reset, ...sliders.map((s) => s.input)]) one.disabled = !kernel;
    note.textContent = NOTES[kernel ? status() : "recorded"];
    problem.textContent = model.get("message");
    problem.hidden = !model.get("message");
    draw();
    const reports = Object.values(model.get("history"))[0].length;
    if (!reports) say("Nothing trained yet.");
    else if (status() !== "running" || reports % 10 === 1) say(told()); // don't talk all the time
  }

  // One message from Python changes several traits: draw once, when all are there.
  let waiting = false;
  function soon() {
    if (!waiting) queueMicrotask(() => ((waiting = false), redraw()));
    waiting = true;
  }

  const listeners = { history: soon, looks: soon, status: soon, message: soon, ...on };
  for (const [trait, f] of Object.entries(listeners)) model.on(`change:${trait}`, f);
  redraw();
  ready();
  return () => {
    for (const [trait, f] of Object.entries(listeners)) model.off(`change:${trait}`, f);
  };
}

// The sliders of one setting: one, or one for each part of a dictionary.
function settingSliders(model, { name, label, stops }) {
  const one = (text, now, send) => {
    const list = [...new Set([...stops, now])].sort((a, b) => a - b);
    const places = { min: 0, max: list.length - 1, step: 1, value: list.indexOf(now) };
    return slider(text, places, (i) => `${list[i]}`, (i) => {
      model.set(name, send(list[i]));
      model.save_changes();
    });
  };
  const value = model.get(name);
  if (typeof value !== "object") return [one(label, value, (v) => v)];
  const parts = Object.keys(value).sort();
  return parts.map((part) => one(`${label} of ${part}`, value[part], (v) => ({ ...model.get(name), [part]: v })));
}

// The value that a curve has now.
export function lastOf(model, name) {
  return model.get("history")[name].at(-1);
}

// curves(model, ["epoch", "loss"], 200, { train_loss: "is-chosen", ... }, axis) -> { root, draw }: some of
// the curves, by class, over another of them; axis(low, high) is where the vertical axis begins and ends.
// draw(label, { from, lines }): from report `from` on, with vertical lines.
export function curves(model, [xName, yLabel], height, classes, axis = (low, high) => [low, high]) {
  const plot = chart(xName, height);
  const names = Object.keys(classes);

  function draw(label, { from = 0, lines = [] } = {}) {
    const history = model.get("history");
    const x = history[xName].slice(from);
    const ys = names.map((name) => history[name].slice(from));
    const y = axis(...range(ys));
    plot.draw({
      label,
      yLabel,
      x: [from ? x[0] : 0, Math.max(1, ...x)],
      y,
      series: [
        ...lines.map((at) => ({ x: [at, at], y, class: "is-pinned" })),
        ...ys.map((values, i) => ({ x, y: values, class: classes[names[i]] })),
      ],
    });
  }

  return { root: plot.root, draw };
}

// A legend: key("is-chosen", " training ") is the sign of a class and what it stands for.
export function key(kind, text) {
  return el("span", {}, el("span", { class: `lbl-key ${kind}` }), text);
}

// lookBack(model, "Filters at epoch", text, show, ...nodes) -> { root, draw }: a slider over what the
// panel has kept, above the nodes where show(look, before) shows it. text(at) is what the slider says.
export function lookBack(model, label, text, show, ...nodes) {
  const at = slider(label, { min: 0, max: 0, step: 1, value: 0 }, (i) => text(model.get("looks")[i]?.at ?? 0), showAt);
  const root = el("div", {}, at.root, ...nodes);

  function showAt(i) {
    const looks = model.get("looks");
    const start = looks.slice(0, i).reduce((sum, look) => sum + (look.bytes ?? 0), 0);
    const picture = toBytes(model.get("pictures")).slice(start, start + (looks[i].bytes ?? 0));
    show({ ...looks[i], picture }, looks[i - 1]);
  }

  // What is new: stay at the newest, unless the reader has gone back.
  function draw() {
    const last = model.get("looks").length - 1;
    root.hidden = last < 0;
    if (last < 0) return;
    const newest = +at.input.value === +at.input.max;
    at.input.max = last;
    at.set(newest ? last : Math.min(+at.input.value, last));
    showAt(+at.input.value);
  }

  return { root, draw };
}
