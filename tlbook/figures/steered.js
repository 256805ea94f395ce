// The controls of a figure around a running training (steered.py): start, pause, step, reset, and
// sliders for what may change meanwhile. On a page without a kernel they say that they need one.
import { el, slider } from "./shared.js";

// steering(model, "Step (one update)", [["gamma", "Discount", [0.9, 0.99]], ...]) -> { root, draw, on }.
// A fourth entry names a part of a trait that is a dictionary: ["keep", "Keep of drop1", [0.5, 1], "drop1"].
// draw() after a change of status or message; on({ history: f, ... }) listens, and returns how to stop.
export function steering(model, stepText, settings) {
  const kernel = !model.asset;
  const send = (type) => model.send({ type });
  const button = (text, onclick) => el("button", { type: "button", onclick }, text);
  const sliders = settings.map(([key, label, numbers, part]) => {
    const now = part ? model.get(key)[part] : model.get(key);
    const list = [...new Set([...numbers, now])].sort((a, b) => a - b);
    const range = { min: 0, max: list.length - 1, step: 1, value: list.indexOf(now) };
    return slider(label, range, (i) => `${list[i]}`, (i) => {
      model.set(key, part ? { ...model.get(key), [part]: list[i] } : list[i]);
      model.save_changes();
    });
  });
  const start = button("Start", () => send(model.get("status") === "running" ? "pause" : "start"));
  const step = button(stepText, () => send("step"));
  const reset = button("Reset", () => send("reset"));
  const note = el("p", { class: "lbl-note" });
  const problem = el("p", { class: "lbl-error", role: "alert", hidden: "" });
  const root = el(
    "div",
    {},
    note,
    problem,
    el("div", { class: "lbl-row" }, start, step, reset),
    el("div", { class: "lbl-columns" }, ...sliders.map((s) => s.root)),
  );

  function draw() {
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
  }

  function on(drawings) {
    for (const [key, f] of Object.entries(drawings)) model.on(`change:${key}`, f);
    return () => {
      for (const [key, f] of Object.entries(drawings)) model.off(`change:${key}`, f);
    };
  }

  draw();
  return { root, draw, on };
}
