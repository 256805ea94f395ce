// The book opens on this: digits are drawn by themselves, a network reads along, then the reader draws.
import { unpack } from "./load.js";
import { classify } from "./nets.js";
import { SIZE, centre, line, stamp } from "./pen.js";
import { asset, el, figure, mosaic, player, still, uniqueId } from "./shared.js";

const round = (x, y, a, b, from, to, n = 16) =>
  Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n).map((t) => [x + a * Math.cos(t), y + b * Math.sin(t)]);
// Strokes on 28 x 28 pixels.
const DIGITS = [
  [[[7, 8], [20, 8], [12.5, 22]]],
  [[[9, 9], [12, 6.5], [16, 6.5], [18, 9], [17, 12], [14, 13.5], [17.5, 15], [19, 18], [16.5, 21], [12, 21.5], [9, 19.5]]],
  [[[12, 6], [8, 15], [20, 15]], [[16.5, 9], [16, 23]]],
  [[[9, 10], [11, 7], [15, 6], [18, 8.5], [17, 12.5], [9, 21], [19.5, 21]]],
  [round(14, 14, 5.5, 8, -1.57, 4.8)],
  [[[18.5, 6.5], [10.5, 6.5], [10, 13], [14, 12], [18, 14.5], [17.5, 19], [13, 21.5], [9, 20]]],
];
const [SEGMENTS, REST] = [14, 24]; // steps that a digit takes to draw, and how long it then stays

// All strokes as short segments, so that every digit takes equally long.
function segments(strokes) {
  const parts = strokes.flatMap((points) => points.slice(1).map((p, i) => [points[i], p]));
  const lengths = parts.map(([a, b]) => Math.hypot(b[0] - a[0], b[1] - a[1]));
  const whole = lengths.reduce((a, b) => a + b);
  return parts.flatMap(([a, b], k) => {
    const n = Math.max(1, Math.round((SEGMENTS * lengths[k]) / whole));
    const at = (i) => [a[0] + ((b[0] - a[0]) * i) / n, a[1] + ((b[1] - a[1]) * i) / n];
    return Array.from({ length: n }, (_, i) => [at(i), at(i + 1)]);
  });
}

function render({ model, el: host }) {
  const pixels = new Float32Array(SIZE * SIZE);
  const cursor = [14, 14];
  let [network, next, way, waits] = [null, 0, [], 0];

  const hint = uniqueId();
  const canvas = el("canvas", { "aria-hidden": "true" });
  const pen = el("span", { class: "lbl-pen", "aria-hidden": "true" });
  const attributes = { class: "lbl-pad", tabindex: 0, role: "application", "aria-label": "Drawing pad", "aria-describedby": hint };
  const pad = el("div", attributes, canvas, pen);
  const columns = Array.from({ length: 10 }, (_, digit) => {
    const bar = el("span", { class: "lbl-column" });
    return { bar, root: el("div", { class: "lbl-digit" }, el("span", { class: "lbl-shaft" }, bar), el("span", {}, `${digit}`)) };
  });
  const answer = el("p", { class: "lbl-reads", "aria-hidden": "true" });
  const chart = el("div", { class: "lbl-digits", role: "img", "aria-label": "How likely each digit is" }, ...columns.map((c) => c.root));
  const turn = el("button", { type: "button", onclick: () => (mine(), draw()) }, "Draw one yourself");
  const play = player({
    label: "Let it draw", pause: "Pause", pace: 60, slow: 60, begin: () => pad.classList.remove("is-mine"), step, changed: () => {},
  });
  const note = el("p", { class: "lbl-note", id: hint }, "Draw with a mouse or a finger; or move the pen with the arrow keys, and hold Shift to draw.");
  const { root, say, ready } = figure(host, "opening", model.get("title"),
    el("div", { class: "lbl-opening" }, pad, el("div", {}, answer, chart, el("div", { class: "lbl-row" }, turn, play.button))), note);

  // A digit grows, stays a while, and makes room for the next.
  function step() {
    if (!way.length && waits-- <= 0) {
      pixels.fill(0);
      way = segments(DIGITS[next++ % DIGITS.length]);
      waits = REST;
    }
    if (way.length) line(pixels, ...way.shift());
    draw();
  }
  function whole() {
    pixels.fill(0);
    for (const part of segments(DIGITS[next++ % DIGITS.length])) line(pixels, ...part);
    draw();
  }
  // From now on the pad is the reader's.
  function mine() {
    if (pad.classList.contains("is-mine")) pixels.fill(0);
    play.stop();
    if (!pad.classList.contains("is-mine")) pixels.fill(0);
    way = [];
    pad.classList.add("is-mine");
    turn.textContent = "Clear";
  }

  function draw() {
    mosaic(canvas, 1, [SIZE, SIZE], 1, (_, r, c) => pixels[r * SIZE + c]);
    [pen.style.left, pen.style.top] = cursor.map((v) => `${(100 * v) / SIZE}%`);
    const blank = !pixels.some((v) => v > 0);
    const chances = network && !blank ? classify(network, centre(pixels).map((v) => Math.round(v) / 256)).probabilities : [];
    columns.forEach(({ bar }, digit) => (bar.style.height = `${100 * (chances[digit] ?? 0)}%`));
    const best = chances.indexOf(Math.max(...chances));
    columns.forEach((c, digit) => c.root.classList.toggle("is-best", digit === best));
    answer.textContent = blank ? "Your turn" : network ? `${best}` : "…";
    const words = blank ? "The pad is empty." : `The network reads a ${best}, ${(100 * chances[best]).toFixed(0)} % sure.`;
    if (!play.playing() && (network || blank)) say(words);
  }

  // Mouse, finger, keys.
  let last = null;
  const point = (event) => {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIZE, ((event.clientY - box.top) / box.height) * SIZE];
  };
  pad.addEventListener("pointerdown", (event) => {
    if (!pad.classList.contains("is-mine")) mine();
    pad.setPointerCapture(event.pointerId);
    last = point(event);
    stamp(pixels, ...last);
    draw();
  });
  pad.addEventListener("pointermove", (event) => {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    line(pixels, last, (last = point(event)));
    draw();
  });
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  pad.addEventListener("keydown", (event) => {
    if (!arrows[event.key] && event.key !== " ") return;
    if (!pad.classList.contains("is-mine")) mine();
    const from = [...cursor];
    arrows[event.key]?.forEach((d, k) => (cursor[k] = Math.min(SIZE - 2, Math.max(2, cursor[k] + d))));
    if (event.shiftKey || event.key === " ") line(pixels, from, cursor);
    event.preventDefault();
    event.stopPropagation();
    draw();
  });

  whole(); // something stands there at once
  asset(model, model.get("files")[0]).then((packed) => {
    network = Object.values(unpack(packed));
    if (still()) draw();
    else play.button.click();
    root.dataset.loaded = "true";
  }, () => (answer.textContent = "?"));
  ready();
}

export default { render };
