// What t-SNE makes of points whose truth can be seen: perplexity and steps to move.
import { generator } from "./random.js";
import { el, figure, slider, choice, table, still } from "./shared.js";
import { tsne } from "./tsne.js";

const STEPS = 400;
const EVERY = 10; // steps between two maps that are kept, and can be gone back to
const SIDE = 240;

// Groups of points in the plane. Normal numbers by the sum of twelve others.
function worlds() {
  const random = generator(7);
  const normal = () => Array.from({ length: 12 }, random).reduce((a, b) => a + b, -6);
  const cloud = (x, y, width, n = 24) => Array.from({ length: n }, () => [x + width * normal(), y + width * normal()]);
  const ring = Array.from({ length: 72 }, (_, i) => [3 * Math.cos((i * Math.PI) / 36), 3 * Math.sin((i * Math.PI) / 36)]);
  return {
    "a wide and a narrow cluster": [cloud(-1.5, 0, 1), cloud(4, 0, 0.12)],
    "two near, one far": [cloud(-6, 0, 0.4), cloud(-3.5, 0, 0.4), cloud(7, 0, 0.4)],
    "a ring": [ring.slice(0, 24), ring.slice(24, 48), ring.slice(48)],
    "a cloud without clusters": [cloud(0, 0, 1, 72)],
  };
}

const mean = (points) => [0, 1].map((k) => points.reduce((sum, at) => sum + at[k], 0) / points.length);
const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

// How much wider the widest group is than the narrowest, and how much farther the farthest two are.
function ratios(groups) {
  const middles = groups.map(mean);
  const widths = groups.map((points, g) => points.reduce((sum, at) => sum + apart(at, middles[g]), 0) / points.length);
  const gaps = middles.flatMap((a, i) => middles.slice(i + 1).map((b) => apart(a, b)));
  return [widths, gaps].map((all) => (all.length < 2 ? NaN : Math.max(...all) / Math.min(...all)));
}

function plot(label) {
  const svg = el("svg", { class: "lbl-cloud", role: "img", viewBox: `0 0 ${SIDE} ${SIDE}`, "aria-label": label });
  const draw = (groups) => {
    const all = groups.flat();
    const most = Math.max(1e-9, ...all.flat().map(Math.abs));
    const place = (v) => (SIDE / 2) * (1 + (0.92 * v) / most);
    const shapes = ["a4 4 0 1 0 8 0a4 4 0 1 0 -8 0", "m0 -4h8v8h-8z", "m4 -5l5 9h-10z"];
    svg.replaceChildren(
      ...groups.map((points, g) => {
        const d = points.map(([x, y]) => `M${(place(x) - 4).toFixed(1)} ${place(-y).toFixed(1)}${shapes[g]}`).join("");
        return el("path", { d, class: `is-group-${g}` });
      }),
    );
  };
  return { draw, root: el("figure", {}, el("figcaption", {}, label), svg) };
}

function render({ model, el: host }) {
  const sets = worlds();
  let groups = sets[Object.keys(sets)[0]];
  let [run, kept, waiting] = [null, [], 0];

  const which = choice("The truth", Object.keys(sets), Object.keys(sets)[0], (name) => name, (name) => ((groups = sets[name]), begin()));
  const width = slider("Perplexity", { min: 2, max: 40, step: 1, value: 15 }, (v) => `${v}`, () => begin());
  const at = slider("Step", { min: 0, max: STEPS, step: EVERY, value: STEPS }, (v) => `${v}`, go);
  const again = el("button", { type: "button", onclick: () => begin() }, "Watch it again");
  const [truth, map] = [plot("The truth"), plot("What t-SNE draws")];
  const cells = [0, 1, 2, 3].map(() => el("td"));
  const row = (name, a, b) => el("tr", {}, el("th", { scope: "row" }, name), a, b);
  const numbers = table(
    { class: "lbl-numbers" },
    "What the map keeps",
    ["", "truth", "map"],
    el("tbody", {}, row("widest group / narrowest", cells[0], cells[1]), row("farthest pair / nearest", cells[2], cells[3])),
  );
  const { root, say, ready } = figure(
    host,
    "perplexity",
    model.get("title"),
    which,
    el("div", { class: "lbl-row" }, width.root, at.root, again),
    el("div", { class: "lbl-side" }, truth.root, map.root),
    numbers,
  );

  // Back to the first step; from there to the last one, a few steps in each frame of the page.
  function begin() {
    run = tsne(groups.flat(), +width.input.value, generator(3));
    kept = [snapshot()];
    truth.draw(groups.map((points) => points.map(([x, y]) => [x - mean(groups.flat())[0], y - mean(groups.flat())[1]])));
    go(STEPS);
  }

  function snapshot() {
    let from = 0;
    return { kl: run.kl, groups: groups.map((points) => run.map.slice(from, (from += points.length)).map((p) => [...p])) };
  }

  // Show the map of this step, and compute it first where that hasn't been done yet.
  function go(step) {
    cancelAnimationFrame(waiting);
    at.set(step);
    const frame = () => {
      const start = performance.now();
      while (run.steps < step && performance.now() - start < 10) {
        run.step();
        if (run.steps % EVERY === 0) kept.push(snapshot());
      }
      const done = run.steps >= step;
      if (done || !still()) show(done ? step / EVERY : kept.length - 1, done);
      if (!done) waiting = requestAnimationFrame(frame);
    };
    frame();
  }

  function show(i, done) {
    map.draw(kept[i].groups);
    if (!done) return;
    const name = (v) => (Number.isFinite(v) ? v.toFixed(1) : "–");
    const [before, after] = [ratios(groups), ratios(kept[i].groups)];
    [before[0], after[0], before[1], after[1]].forEach((v, k) => (cells[k].textContent = name(v)));
    root.dataset.step = i * EVERY;
    const kl = i ? ` Divergence ${kept[i].kl.toFixed(2)}.` : "";
    say(`Perplexity ${width.input.value}, step ${i * EVERY} of ${STEPS}.${kl}`);
  }

  begin();
  ready();
  return () => cancelAnimationFrame(waiting);
}

export default { render };
