// The map of some words while their vectors are learned: a slider over the training steps.
import { writeLabels, scatter } from "./scatter.js";
import { toBytes, el, figure, slider, table, player, still, barRow } from "./shared.js";
import { wordBox } from "./word_box.js";

const SHAPES = ["●", "■", "▲", "◆", "▼", "✦", "★", "⬟"];
const ON_LIGHT = ["#0068b3", "#b34700", "#00775a", "#a3298e", "#7a5c00", "#c21f3a", "#5b4bc4", "#2f6b70"];
const ON_DARK = ["#56b4e9", "#ffa94d", "#4cc99a", "#f28bd8", "#e6c84a", "#ff8a98", "#b0a4ff", "#8fd0d0"];

// Whether light text stands on this colour: "rgb(20, 24, 30)" or "color(srgb 0.1 0.1 0.1)".
function isDark(colour) {
  const [r, g, b] = colour.match(/[\d.]+/g).map((v) => (colour.startsWith("color") ? 255 * v : +v));
  return 0.3 * r + 0.6 * g + 0.1 * b < 128;
}

// The outline of a shape of some size around (x, y).
function outline(context, shape, x, y, r) {
  // Corners, and the direction of the first one in half turns; every second of many is drawn in.
  const corners = { "■": [4, 0.25], "▲": [3, 1.5], "◆": [4, 0.5], "▼": [3, 0.5], "✦": [8, 0], "★": [10, 1.5], "⬟": [5, 1.5] }[shape];
  if (!corners) return context.moveTo(x + r, y), context.arc(x, y, r, 0, 7);
  const [n, turn] = corners;
  for (let i = 0; i < n; i++) {
    const reach = n >= 8 && i % 2 ? r * 0.55 : r * 1.3;
    const angle = Math.PI * (turn + (2 * i) / n);
    context[i ? "lineTo" : "moveTo"](x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  context.closePath();
}

// Root mean square distance of some points to their own middle.
function spread(x, y, ids) {
  const mean = (values) => ids.reduce((sum, i) => sum + values[i], 0) / ids.length;
  const [mx, my] = [mean(x), mean(y)];
  return Math.sqrt(ids.reduce((sum, i) => sum + (x[i] - mx) ** 2 + (y[i] - my) ** 2, 0) / ids.length);
}

function render({ model, el: host }) {
  const [words, steps, loss, names] = ["words", "steps", "loss", "group_names"].map((key) => model.get(key));
  const group = toBytes(model.get("groups"));
  const bytes = toBytes(model.get("positions"));
  const all = new Int16Array(bytes.slice().buffer); // (frames, words, 2)
  const n = words.length;
  const last = steps.length - 1;
  // The picture holds 99 of 100 points; a few far ones would make all others small.
  const sizes = Int16Array.from(all, (v) => Math.min(Math.abs(v), 32767)).sort();
  const most = Math.max(1, sizes[Math.floor(0.99 * (sizes.length - 1))]);
  const point = (frame, i) => [0, 1].map((axis) => all[(frame * n + i) * 2 + axis] / most);
  const members = names.map((_, g) => words.map((_, i) => i).filter((i) => group[i] === g));

  const [x, y] = [new Float32Array(n), new Float32Array(n)]; // where the points are now
  const shown = new Set(names.keys());
  let [followed, hovered, time, dark] = [-1, -1, last, null];

  const count = (value) => value.toLocaleString("en");
  const step = slider("Training step", { min: 0, max: last, step: 1, value: last }, (i) => count(steps[i]), (i) => (play.stop(), go(i)));
  const play = player({
    pace: 700,
    slow: 2000,
    begin: () => +step.input.value === last && (step.set(0), place(0)),
    step: forward,
    changed: tell,
  });
  const box = wordBox("Follow a word", follow);
  const none = el("button", { type: "button", onclick: () => (box.set(""), follow(-1)) }, "Follow none");
  const map = scatter(`Map of ${n} words, by training step`, { paint, onpick: (i) => (box.set(words[i]), follow(i)), onhover: hover });
  box.use(words);

  const rows = names.map((name, g) => {
    const mark = el("span", { class: "lbl-shape", "aria-hidden": "true" }, SHAPES[g % SHAPES.length]);
    const button = el("button", { type: "button", class: "lbl-group", "aria-pressed": "true", onclick: () => show(g) }, mark, ` ${name}`);
    return { mark, button, ...barRow(button) };
  });
  const spreads = table(
    { class: "lbl-bars", hidden: names.length ? false : "" },
    "How far a group is spread, where all words are 1",
    ["group", "spread", ""],
    el("tbody", {}, ...rows.map(({ row }) => row)),
  );
  const { root, say, ready } = figure(
    host,
    "embedding-over-time",
    model.get("title"),
    el("div", { class: "lbl-row" }, step.root, play.button),
    el("div", { class: "lbl-row" }, el("span", {}, "Follow a word "), box.root, none, map.buttons),
    box.note,
    map.root,
    map.hint,
    spreads,
  );

  // Where the points are between two frames, and what is said about a whole one.
  function place(t) {
    time = t;
    const [a, part] = [Math.min(Math.floor(t), last), t - Math.floor(t)];
    for (let i = 0; i < n; i++) {
      const [[x0, y0], [x1, y1]] = [point(a, i), point(Math.min(a + 1, last), i)];
      x[i] = x0 + (x1 - x0) * part;
      y[i] = y0 + (y1 - y0) * part;
    }
    map.use(x, y);
  }

  function tell() {
    const frame = +step.input.value;
    const [fx, fy] = [0, 1].map((axis) => words.map((_, i) => point(frame, i)[axis]));
    const whole = spread(fx, fy, [...words.keys()]);
    rows.forEach(({ number, bar }, g) => {
      const part = members[g].length ? spread(fx, fy, members[g]) / whole : 0;
      number.textContent = part.toFixed(2);
      bar.style.width = `${Math.min(100, 100 * part).toFixed(1)}%`;
    });
    let text = `Step ${count(steps[frame])} of ${count(steps[last])}`;
    if (loss.length) text += `, mean loss ${loss[frame].toFixed(3)}`;
    if (followed >= 0) {
      const far = (i) => (fx[i] - fx[followed]) ** 2 + (fy[i] - fy[followed]) ** 2;
      const near = [...words.keys()].filter((i) => i !== followed).sort((a, b) => far(a) - far(b));
      text += `. Next to ${words[followed]} on this map: ${near.slice(0, 3).map((i) => words[i]).join(", ")}`;
    }
    none.disabled = followed < 0;
    root.dataset.step = steps[frame];
    say(`${text}.`, play.playing() ? 1e9 : 350); // silent while it plays
  }

  // Move to a frame; in one step for who asked for reduced motion.
  let moving = 0;
  function go(frame, milliseconds = 450, done = () => {}) {
    const [from, start] = [time, performance.now()];
    cancelAnimationFrame(moving);
    tell();
    const move = (now) => {
      const part = still() ? 1 : Math.min(1, Math.max(0, now - start) / milliseconds);
      place(from + (frame - from) * part);
      if (part < 1) moving = requestAnimationFrame(move);
      else done();
    };
    move(start);
  }

  function forward() {
    const frame = Math.min(+step.input.value + 1, last);
    step.set(frame);
    if (frame === last) play.stop();
    go(frame, 650);
  }

  function follow(i) {
    followed = i;
    tell();
    map.redraw();
  }
  function hover(i) {
    if (i !== hovered) map.redraw();
    hovered = i;
  }
  function show(g) {
    if (!shown.delete(g)) shown.add(g);
    rows[g].button.setAttribute("aria-pressed", shown.has(g));
    map.redraw();
  }

  function paint(context, { at, width, height, colours }) {
    if (dark !== isDark(colours.back)) {
      dark = isDark(colours.back);
      rows.forEach(({ mark }, g) => (mark.style.color = (dark ? ON_DARK : ON_LIGHT)[g % 8]));
    }
    const colour = (i) => (shown.has(group[i]) ? (dark ? ON_DARK : ON_LIGHT)[group[i] % 8] : colours.edge);
    for (let i = 0; i < n; i++) {
      context.fillStyle = colour(i);
      context.beginPath();
      if (shown.has(group[i])) outline(context, SHAPES[group[i] % 8], ...at(i), 4.5);
      else outline(context, "", ...at(i), 2);
      context.fill();
    }
    const strong = [...new Set([followed, hovered])].filter((i) => i >= 0);
    for (const i of strong) {
      // The way from the first frame to here. at() speaks of where the points are now.
      const now = [x[i], y[i]];
      const way = [];
      for (let f = 0; f <= Math.floor(time); f++) (([x[i], y[i]] = point(f, i)), way.push(at(i)));
      [x[i], y[i]] = now;
      way.push(at(i));
      context.strokeStyle = colours.text;
      context.lineWidth = 2;
      context.beginPath();
      way.forEach(([px, py], f) => context[f ? "lineTo" : "moveTo"](px, py));
      context.stroke();
      context.beginPath();
      context.arc(...way[0], 4, 0, 7); // where it began
      context.moveTo(way.at(-1)[0] + 8, way.at(-1)[1]);
      context.arc(...way.at(-1), 8, 0, 7); // where it is
      context.stroke();
    }
    const rank = (i) => (strong.includes(i) ? 0 : shown.has(group[i]) ? 1 : 2);
    const order = [...words.keys()].sort((a, b) => rank(a) - rank(b) || a - b);
    const label = (i) => ({ text: words[i], x: at(i)[0], y: at(i)[1], bold: rank(i) === 0, must: rank(i) === 0, colour: rank(i) < 2 && group[i] < 255 ? colour(i) : colours.text });
    writeLabels(context, order.map(label), { width, height }, colours);
  }

  const first = model.get("word");
  if (first) (box.set(first), (followed = words.indexOf(first)));
  if (last === 0) play.button.hidden = true;
  place(last);
  tell();
  ready();
  return () => (play.stop(), cancelAnimationFrame(moving), map.off());
}

export default { render };
