// A canvas of points to zoom and to pan: with wheel, fingers, mouse, keys and buttons.
import { el, uniqueId, still } from "./shared.js";

// Colours of the page for a canvas. They are asked for at each drawing, since the theme may change.
function palette(host, redraw) {
  const names = ["text", "back", "line", "edge", "primary", "second", "third"];
  const probes = names.map((name) => el("i", { hidden: "", style: `color: var(--lbl-${name})` }));
  host.append(...probes);
  const watch = new MutationObserver(redraw);
  for (const node of [document.documentElement, document.body]) watch.observe(node, { attributes: true });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", redraw);
  return {
    read: () => Object.fromEntries(names.map((name, i) => [name, getComputedStyle(probes[i]).color])),
    off: () => (watch.disconnect(), dark.removeEventListener("change", redraw)),
  };
}

// Write the labels that find room, in the order given: { text, x, y, bold, must, colour }. Bold ones
// look for it further around, and those with `must` are written in any case.
export function writeLabels(context, labels, { width, height }, colours) {
  const taken = new Map(); // cells of 32 pixels, with the boxes that touch them
  const cells = ([x0, y0, x1, y1]) => {
    const keys = [];
    for (let x = x0 >> 5; x <= x1 >> 5; x++) for (let y = y0 >> 5; y <= y1 >> 5; y++) keys.push(x * 4096 + y);
    return keys;
  };
  const free = (box) =>
    cells(box).every((key) => (taken.get(key) ?? []).every((b) => box[2] < b[0] || b[2] < box[0] || box[3] < b[1] || b[3] < box[1]));
  const take = (box) => cells(box).forEach((key) => taken.set(key, [...(taken.get(key) ?? []), box]));
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  let written = 0;
  for (const { text, x, y, bold, must, colour } of labels) {
    if (x < -40 || x > width + 40 || y < 0 || y > height) continue;
    context.font = `${bold ? "700 14px" : "12px"} system-ui, sans-serif`;
    const w = context.measureText(text).width;
    const h = bold ? 9 : 7;
    const spots = [[x + 6, y], [x - 6 - w, y], [x - w / 2, y - 13], [x - w / 2, y + 13]];
    if (bold) for (const dy of [-17, 17, -34, 34]) spots.push([x + 9, y + dy], [x - 9 - w, y + dy]);
    const inside = spots.filter(([left]) => left >= 0 && left + w <= width);
    const spot = inside.find(([left, at]) => free([left - 1, at - h, left + w + 1, at + h])) ?? (must ? (inside[0] ?? spots[0]) : null);
    if (!spot) continue;
    take([spot[0] - 1, spot[1] - h, spot[0] + w + 1, spot[1] + h]);
    context.strokeStyle = colours.back;
    context.strokeText(text, ...spot);
    context.fillStyle = colour ?? colours.text;
    context.fillText(text, ...spot);
    written++;
  }
  return written;
}

// scatter(label, { paint, onpick, onhover }) -> { root, buttons, use, redraw, lookAt, off }.
// paint(context, { at, width, height, zoom, colours }) draws; at(i) is where point i stands.
export function scatter(label, { paint, onpick, onhover = () => {} }) {
  const hintId = uniqueId();
  const canvas = el("canvas", { "aria-hidden": "true" });
  const hint = el(
    "p",
    { class: "lbl-note", id: hintId },
    "Drag to move, pinch to zoom; once the map is chosen, the wheel zooms too. With the keyboard: arrow keys, + and −, " +
      "0 for the whole map, Enter for the word in the middle.",
  );
  const root = el("div", { class: "lbl-map", tabindex: 0, role: "application", "aria-label": label, "aria-describedby": hintId }, canvas);
  const view = { x: 0, y: 0, zoom: 1 }; // what stands in the middle; zoom 1 shows -1..1
  let points = { x: [], y: [] };
  const size = () => ({ width: root.clientWidth, height: root.clientHeight });
  const scale = ({ width, height }) => (Math.min(width, height) / 2 - 14) * view.zoom;
  const place = (box, i) => [box.width / 2 + (points.x[i] - view.x) * scale(box), box.height / 2 - (points.y[i] - view.y) * scale(box)];

  let waiting = 0;
  const redraw = () => (waiting ||= requestAnimationFrame(draw));
  const colours = palette(root, redraw);
  function draw() {
    waiting = 0;
    const box = size();
    if (!box.width) return;
    const dense = devicePixelRatio || 1;
    [canvas.width, canvas.height] = [Math.round(box.width * dense), Math.round(box.height * dense)];
    const context = canvas.getContext("2d");
    context.setTransform(dense, 0, 0, dense, 0, 0);
    const paints = colours.read();
    paint(context, { at: (i) => place(box, i), ...box, zoom: view.zoom, colours: paints });
    if (root.classList.contains("has-keys") && document.activeElement === root) {
      context.strokeStyle = paints.text; // the middle, which Enter chooses from
      context.lineWidth = 1;
      context.beginPath();
      for (const [dx, dy] of [[7, 0], [0, 7]]) {
        context.moveTo(box.width / 2 - dx, box.height / 2 - dy);
        context.lineTo(box.width / 2 + dx, box.height / 2 + dy);
      }
      context.stroke();
    }
    root.dataset.view = `${view.x.toFixed(3)} ${view.y.toFixed(3)} ${view.zoom.toFixed(2)}`;
  }

  // The point that is nearest to a place on the canvas, within some pixels; -1: none.
  function pointAt(px, py, within) {
    const box = size();
    let [best, least] = [-1, within ** 2];
    for (let i = 0; i < points.x.length; i++) {
      const [x, y] = place(box, i);
      const square = (x - px) ** 2 + (y - py) ** 2;
      if (square < least) [best, least] = [i, square];
    }
    return best;
  }

  function move(dx, dy) {
    const pixels = scale(size());
    view.x = Math.max(-1, Math.min(1, view.x - dx / pixels));
    view.y = Math.max(-1, Math.min(1, view.y + dy / pixels));
    redraw();
  }
  // Zoom so that what stands at (px, py) stays there.
  function zoom(factor, px = size().width / 2, py = size().height / 2) {
    const box = size();
    const [dx, dy] = [px - box.width / 2, py - box.height / 2];
    const before = scale(box);
    view.zoom = Math.max(1, Math.min(60, view.zoom * factor));
    move(dx - (dx * scale(box)) / before, dy - (dy * scale(box)) / before);
    if (view.zoom === 1) [view.x, view.y] = [0, 0];
  }

  // Move so that these points are seen; in one step for who asked for reduced motion.
  let gliding = 0;
  function lookAt(ids) {
    const range = (values) => [Math.min(...values), Math.max(...values)];
    const [[x0, x1], [y0, y1]] = [range(ids.map((i) => points.x[i])), range(ids.map((i) => points.y[i]))];
    const goal = ids.length ? { x: (x0 + x1) / 2, y: (y0 + y1) / 2, zoom: Math.max(1, Math.min(8, 1.6 / Math.max(x1 - x0, y1 - y0, 0.01))) } : { x: 0, y: 0, zoom: 1 };
    const from = { ...view };
    const start = performance.now();
    const atOnce = still();
    cancelAnimationFrame(gliding);
    const step = (now) => {
      const part = atOnce ? 1 : Math.min(1, Math.max(0, now - start) / 350);
      const ease = part * part * (3 - 2 * part);
      for (const key of ["x", "y", "zoom"]) view[key] = from[key] + (goal[key] - from[key]) * ease;
      redraw();
      if (part < 1) gliding = requestAnimationFrame(step);
    };
    step(start);
  }

  // Mouse and fingers.
  const fingers = new Map();
  let travelled = 0;
  const local = (event) => {
    const box = root.getBoundingClientRect();
    return [event.clientX - box.left - root.clientLeft, event.clientY - box.top - root.clientTop];
  };
  root.addEventListener("pointerdown", (event) => {
    root.classList.remove("has-keys");
    if (!fingers.size) travelled = 0;
    fingers.set(event.pointerId, local(event));
    root.setPointerCapture(event.pointerId);
  });
  root.addEventListener("pointermove", (event) => {
    const [x, y] = local(event);
    const last = fingers.get(event.pointerId);
    if (!last) return onhover(pointAt(x, y, 12));
    const [dx, dy] = [x - last[0], y - last[1]];
    travelled += Math.hypot(dx, dy);
    fingers.set(event.pointerId, [x, y]);
    if (fingers.size === 1 && travelled > 4) move(dx, dy);
    if (fingers.size === 2) {
      const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, p]) => p);
      const gap = (p) => Math.max(10, Math.hypot(p[0] - other[0], p[1] - other[1]));
      zoom(gap([x, y]) / gap(last), (x + other[0]) / 2, (y + other[1]) / 2);
      move(dx / 2, dy / 2);
    }
  });
  root.addEventListener("pointerup", (event) => {
    const found = travelled <= 4 && fingers.size === 1 ? pointAt(...local(event), event.pointerType === "touch" ? 24 : 14) : -1;
    fingers.delete(event.pointerId);
    if (found >= 0) onpick(found);
  });
  root.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
  root.addEventListener("pointerleave", () => onhover(-1));
  root.addEventListener(
    "wheel",
    (event) => {
      // Until the map is chosen the wheel is the page's. A pinch on a touchpad says ctrlKey.
      if (document.activeElement !== root && !event.ctrlKey) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), ...local(event));
    },
    { passive: false },
  );

  // Keyboard.
  const arrows = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (arrows[event.key]) move(...arrows[event.key]);
    else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-" || event.key === "−") zoom(1 / 1.5);
    else if (event.key === "0") lookAt([]);
    else if (event.key === "Enter") {
      const found = pointAt(size().width / 2, size().height / 2, Infinity);
      if (found >= 0) onpick(found);
    } else return;
    root.classList.add("has-keys");
    redraw();
    event.preventDefault();
    event.stopPropagation(); // JupyterLab has its own use for these keys
  });
  root.addEventListener("blur", redraw);

  const button = (text, name, onclick) => el("button", { type: "button", "aria-label": name, onclick }, text);
  const buttons = el(
    "div",
    { class: "lbl-row" },
    button("+", "Zoom in", () => zoom(1.5)),
    button("−", "Zoom out", () => zoom(1 / 1.5)),
    button("Whole map", "Whole map", () => lookAt([])),
  );
  const resized = new ResizeObserver(redraw);
  resized.observe(root);
  const off = () => (resized.disconnect(), colours.off(), cancelAnimationFrame(waiting), cancelAnimationFrame(gliding));
  const use = (x, y) => ((points = { x, y }), redraw());
  return { root, buttons, hint, use, redraw, lookAt, off };
}
