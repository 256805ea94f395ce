// A map of digits by their code of two numbers: walk through it, and the decoder draws what lies there.
import { board, captioned, grey } from "./board.js";
import { loader } from "./load.js";
import { dense } from "./nets.js";
import { toBytes, el, figure, choice, slider, picture, mosaic, player } from "./shared.js";

const [CELLS, TILES, STEPS, SIDE, PIXELS] = [200, 16, 9, 28, 784];
const COLOURS = ["#ff8a80", "#82b1ff", "#b9f6ca", "#ffd180", "#ea80fc", "#84ffff", "#ffff8d", "#ff9e40", "#cfd8dc", "#ff80ab"];

function render({ model, el: host }) {
  const bytes = toBytes(model.get("codes"));
  const codes = new Float32Array(bytes.slice().buffer); // x, y of each digit
  const labels = toBytes(model.get("labels"));
  const images = toBytes(model.get("images"));
  const n = labels.length;
  // The middle 99 % of the codes along an axis: a few digits lie far outside.
  const span = (axis) => {
    const sorted = Float32Array.from(labels, (_, i) => codes[2 * i + axis]).sort();
    return [sorted[Math.floor(0.005 * n)], sorted[Math.ceil(0.995 * n) - 1]];
  };
  const [[left, right], [bottom, top]] = [span(0), span(1)];
  const toCode = (r, c) => [left + ((c + 0.5) / CELLS) * (right - left), top - ((r + 0.5) / CELLS) * (top - bottom)];
  const toCell = ([x, y]) => [((top - y) / (top - bottom)) * CELLS - 0.5, ((x - left) / (right - left)) * CELLS - 0.5];
  const place = (i) => toCell([codes[2 * i], codes[2 * i + 1]]);

  let layers = null; // W and b of each of the decoder's layers, once loaded
  let [tiles, shown] = [null, "digits"];
  let cell = place(model.get("ends")[0]);
  const ends = model.get("ends").map(place);
  const map = board("Map of codes: point at a place, or walk with the arrow keys", walk, 4);
  [map.size[0], map.size[1]] = [CELLS, CELLS];
  const decoded = board("Decoded picture");
  const nearest = board("The nearest digit of the map");
  const [where, who] = [decoded, nearest].map((one) => captioned("", one));
  const way = ["decoded, step by step", "the two ends, faded into each other"].map((text) => picture(`The way: ${text}`, "is-wide-row"));
  const along = slider("On the way", { min: 0, max: 1, step: 0.02, value: 0 }, (v) => `${Math.round(100 * v)} %`, follow);
  const walker = player({ label: "Walk", pace: 40, slow: 250, begin: () => along.input.value === "1" && along.set(0), changed() {},
    step: () => (along.input.value === "1" ? walker.stop() : (along.set(+along.input.value + 0.02), follow(+along.input.value))) });
  const put = (i) => () => ((ends[i] = cell), along.set(i), draw());
  const weights = loader(model, "the decoder", (file) => {
    const arrays = Object.values(file);
    layers = arrays.slice(arrays.findIndex(({ shape }) => shape.length === 2 && shape[0] === 2));
    tiles = paintTiles();
    draw();
  });
  const { say, ready } = figure(
    host, "latent-space", model.get("title"),
    weights.root,
    choice("On the map", ["digits", "what the decoder draws"], shown, (name) => name, (name) => ((shown = name), draw())),
    el("div", { class: "lbl-latent" }, map.root, el("div", { class: "lbl-pair is-even" }, where, who)),
    el("div", { class: "lbl-row" }, el("button", { type: "button", onclick: put(0) }, "Start here"), el("button", { type: "button", onclick: put(1) }, "End here"), along.root, walker.button),
    ...way.map((canvas, i) => el("figure", {}, el("figcaption", {}, ["From start to end through the map", "The same two pictures, faded into each other"][i]), canvas)),
  );

  function decode(code) {
    let x = code;
    for (let i = 0; i < layers.length; i += 2) x = dense(x, layers[i], layers[i + 1], i + 2 < layers.length ? "relu" : "sigmoid");
    return x;
  }
  // All over the map, once: small pictures side by side.
  function paintTiles() {
    const canvas = el("canvas");
    const one = (i) => decode(toCode((Math.floor(i / TILES) + 0.5) * (CELLS / TILES), ((i % TILES) + 0.5) * (CELLS / TILES)));
    const drawn = Array.from({ length: TILES ** 2 }, (_, i) => one(i));
    mosaic(canvas, TILES ** 2, [SIDE, SIDE], TILES, (i, r, c) => 256 * drawn[i][r * SIDE + c]);
    return canvas;
  }
  function walk(r, c) {
    walker.stop();
    cell = [r, c];
    draw();
  }
  const between = (t) => ends[0].map((v, axis) => v + t * (ends[1][axis] - v));
  function follow(t) {
    cell = between(t);
    draw();
  }

  function drawMap() {
    const side = 2 * (map.root.clientWidth || 300);
    const context = ((map.canvas.width = map.canvas.height = side), map.canvas.getContext("2d"));
    context.fillStyle = "#000";
    context.fillRect(0, 0, side, side);
    const all = shown !== "digits" && tiles;
    if (all) context.drawImage(tiles, 0, 0, side, side);
    const at = ([r, c]) => [((c + 0.5) / CELLS) * side, ((r + 0.5) / CELLS) * side];
    context.font = `700 ${side / 45}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let i = 0; i < (all ? 0 : n); i++) {
      context.fillStyle = COLOURS[labels[i]];
      context.fillText(labels[i], ...at(place(i)));
    }
    context.strokeStyle = "#fff";
    context.lineWidth = 3;
    context.setLineDash([8, 6]);
    context.beginPath();
    context.moveTo(...at(ends[0]));
    context.lineTo(...at(ends[1]));
    context.stroke();
  }

  function draw() {
    drawMap();
    map.frame("chosen", cell[0] - 3, cell[1] - 3, 7);
    map.move(...cell.map(Math.round));
    const code = toCode(...cell);
    let near = 0;
    const gap = (i) => (codes[2 * i] - code[0]) ** 2 + (codes[2 * i + 1] - code[1]) ** 2;
    for (let i = 1; i < images.length / PIXELS; i++) if (gap(i) < gap(near)) near = i;
    nearest.paint(SIDE, SIDE, (r, c) => grey(images[near * PIXELS + r * SIDE + c]));
    const text = code.map((v) => v.toFixed(2).replace("-", "−")).join(", ");
    where.firstChild.textContent = `Decoded from (${text})`;
    who.firstChild.textContent = `A real ${labels[near]}, the nearest`;
    const x = layers && decode(code);
    decoded.paint(SIDE, SIDE, (r, c) => grey(x ? 256 * x[r * SIDE + c] : 0));
    if (x) {
      const steps = Array.from({ length: STEPS }, (_, i) => decode(toCode(...between(i / (STEPS - 1)))));
      const faded = (i, p) => steps[0][p] + (i / (STEPS - 1)) * (steps[STEPS - 1][p] - steps[0][p]);
      mosaic(way[0], STEPS, [SIDE, SIDE], STEPS, (i, r, c) => 256 * steps[i][r * SIDE + c]);
      mosaic(way[1], STEPS, [SIDE, SIDE], STEPS, (i, r, c) => 256 * faded(i, r * SIDE + c));
    }
    say(`Code ${text}. The nearest digit is a ${labels[near]}.`);
  }

  const resized = new ResizeObserver(drawMap);
  resized.observe(map.root);
  draw();
  if (!model.affords) weights.load(); // in a notebook; a page sees whether it can afford them
  ready();
  return () => (walker.stop(), resized.disconnect());
}

export default { render };
