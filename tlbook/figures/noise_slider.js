// Noise on digits, and the denoising autoencoder's answer.
import { loader } from "./load.js";
import { dense } from "./nets.js";
import { generator } from "./random.js";
import { toBytes, el, figure, slider, picture, mosaic } from "./shared.js";

const PIXELS = 784;

// Inverted dropout, as in training: kept with probability keep and divided by it, else 0.
function corrupt(x, keep, random) {
  return x.map((v) => (random() < keep ? v / keep : 0));
}

// Mean over the images of the squared error summed over the pixels.
function error(a, b) {
  return a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / (a.length / PIXELS);
}

function render({ model, el: host }) {
  const clean = Float32Array.from(toBytes(model.get("images")), (v) => v / 256);
  const n = clean.length / PIXELS;
  let arrays = null; // encoder W, b, decoder W, b, once loaded
  let seed = 1;

  const keep = slider("Keep", { min: 0.1, max: 1, step: 0.05, value: 0.5 }, (v) => v.toFixed(2), draw);
  const again = el("button", { type: "button", onclick: () => (seed++, draw()) }, "New noise");
  const weights = loader(model, "the autoencoder", (file) => {
    arrays = Object.values(file);
    draw();
  });
  const rows = ["Clean", "Corrupted", "Mended by the autoencoder"].map((text) => {
    const canvas = picture(text, "is-wide-row");
    return { canvas, root: el("figure", {}, el("figcaption", {}, text), canvas) };
  });
  const numbers = ["Pixel error of the corrupted", "Pixel error of the mended", "Mended / corrupted"].map((text) => {
    const cell = el("td", {}, "–");
    return { cell, row: el("tr", {}, el("th", { scope: "row" }, text), cell) };
  });
  const { root, say, ready } = figure(
    host,
    "noise-slider",
    model.get("title"),
    weights.root,
    el("div", { class: "lbl-row" }, keep.root, again),
    ...rows.map((row) => row.root),
    el("table", { class: "lbl-numbers" }, el("tbody", {}, ...numbers.map(({ row }) => row))),
  );

  function mend(x) {
    const [We, be, Wd, bd] = arrays;
    const y = new Float32Array(x.length);
    for (let i = 0; i < n; i++) {
      const code = dense(x.subarray(i * PIXELS, (i + 1) * PIXELS), We, be, "sigmoid");
      y.set(dense(code, Wd, bd, "sigmoid"), i * PIXELS);
    }
    return y;
  }

  function show(row, x) {
    const columns = Math.min(n, root.clientWidth < 480 ? 4 : 8);
    mosaic(row.canvas, n, [28, 28], columns, (i, r, c) => x[i * PIXELS + r * 28 + c] * 256);
  }

  function draw() {
    const corrupted = corrupt(clean, +keep.input.value, generator(seed));
    const before = error(corrupted, clean);
    show(rows[0], clean);
    show(rows[1], corrupted);
    numbers[0].cell.textContent = before.toFixed(2);
    rows[2].root.hidden = !arrays;
    const kept = `Keep ${keep.input.value}: pixel error of the corrupted ${before.toFixed(2)}`;
    if (!arrays) return say(`${kept}.`);
    const mended = mend(corrupted);
    const after = error(mended, clean);
    show(rows[2], mended);
    numbers[1].cell.textContent = after.toFixed(2);
    numbers[2].cell.textContent = before > 0 ? (after / before).toFixed(2) : "–";
    say(`${kept}, of the mended ${after.toFixed(2)}.`);
  }

  draw();
  ready();
}

export default { render };
