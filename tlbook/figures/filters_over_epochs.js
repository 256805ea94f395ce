// The first layer's filters, epoch by epoch: a slider, and a button that moves it.
import { toBytes, el, figure, slider, picture, mosaic } from "./shared.js";

const SIDE = 28;

function render({ model, el: host }) {
  const filters = toBytes(model.get("filters"));
  const [n, epochs, accuracy] = ["n", "epochs", "val_acc"].map((key) => model.get(key));
  const canvas = picture("", "is-square");
  const last = epochs.length - 1;

  const words = (i) => {
    const measured = accuracy.length ? `, validation accuracy ${(100 * accuracy[i]).toFixed(2)} %` : "";
    return `Epoch ${epochs[i]}${measured}`;
  };
  const range = { min: 0, max: last, step: 1, value: last };
  const epoch = slider("Epoch", range, (i) => `${epochs[i]}`, show);
  const play = el("button", { type: "button", onclick: toggle }, "Play");
  const { say, ready } = figure(
    host,
    "filters-over-epochs",
    model.get("title"),
    el("div", { class: "lbl-row" }, epoch.root, play),
    canvas,
  );

  function show(i) {
    const start = i * n * SIDE * SIDE;
    const columns = Math.ceil(Math.sqrt(n));
    mosaic(canvas, n, [SIDE, SIDE], columns, (f, r, c) => filters[start + (f * SIDE + r) * SIDE + c]);
    canvas.setAttribute("aria-label", `${n} filters of the first layer. ${words(i)}.`);
    say(`${words(i)}.`, timer ? 1e9 : 150); // silent while it plays
  }

  // Play only when asked. Who asked for reduced motion gets a slow change of pictures.
  let timer = null;
  function toggle() {
    if (timer) return stop();
    if (+epoch.input.value === last) epoch.set(0);
    const slow = matchMedia("(prefers-reduced-motion: reduce)").matches;
    play.textContent = "Pause";
    timer = setInterval(step, slow ? 2500 : 700);
    show(+epoch.input.value);
  }
  function step() {
    const i = +epoch.input.value + 1;
    if (i >= last) stop();
    epoch.set(Math.min(i, last));
    show(Math.min(i, last));
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    show(+epoch.input.value);
  }
  epoch.input.addEventListener("input", () => timer && stop());

  if (last === 0) play.hidden = true;
  show(last);
  ready();
  return () => clearInterval(timer);
}

export default { render };
