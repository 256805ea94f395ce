// The first layer's filters, epoch by epoch: a slider, and a button that moves it.
import { toBytes, el, figure, slider, picture, mosaic, player } from "./shared.js";

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
  const play = player({
    pace: 700,
    slow: 2500,
    begin: () => +epoch.input.value === last && epoch.set(0),
    step,
    changed: () => show(+epoch.input.value),
  });
  const { say, ready } = figure(
    host,
    "filters-over-epochs",
    model.get("title"),
    el("div", { class: "lbl-row" }, epoch.root, play.button),
    canvas,
  );

  function show(i) {
    const start = i * n * SIDE * SIDE;
    const columns = Math.ceil(Math.sqrt(n));
    mosaic(canvas, n, [SIDE, SIDE], columns, (f, r, c) => filters[start + (f * SIDE + r) * SIDE + c]);
    canvas.setAttribute("aria-label", `${n} filters of the first layer. ${words(i)}.`);
    say(`${words(i)}.`, play.playing() ? 1e9 : 150); // silent while it plays
  }

  function step() {
    epoch.set(+epoch.input.value + 1);
    show(+epoch.input.value);
    if (+epoch.input.value === last) play.stop();
  }
  epoch.input.addEventListener("input", play.stop);

  if (last === 0) play.button.hidden = true;
  show(last);
  ready();
  return play.stop;
}

export default { render };
