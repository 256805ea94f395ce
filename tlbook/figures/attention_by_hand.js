// Attention under the hand: a query, and a key and a value for each word, as arrows.
import { softmax } from "./products.js";
import { el, figure, choice, table } from "./shared.js";

const [REACH, UNIT] = [3, 48]; // the planes go from -3 to 3; pixels of a unit
const DISC = "M-11 0a11 11 0 1 0 22 0a11 11 0 1 0-22 0";
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const round = (v) => Math.max(-REACH, Math.min(REACH, Math.round(v * 20) / 20));
const show = (v) => v.toFixed(2).replace("-", "−");
const pair = ([x, y]) => `(${show(x)}, ${show(y)})`;

// Scores q · k, their softmax, and the mean of the values with these weights.
export function attend(query, keys, values) {
  const scores = keys.map((key) => key[0] * query[0] + key[1] * query[1]);
  const weights = [...softmax(Float64Array.from(scores))];
  const context = [0, 1].map((axis) => values.reduce((sum, value, i) => sum + weights[i] * value[axis], 0));
  return { scores, weights, context };
}

// A plane of arrows from the middle, some with a tip to take hold of: { root, draw }.
function plane(label, arrows, moved) {
  const size = 2 * REACH * UNIT + 24;
  const at = ([x, y]) => [size / 2 + x * UNIT, size / 2 - y * UNIT];
  const axis = (d) => el("path", { class: "lbl-grid", d });
  const svg = el("svg", { class: "lbl-vectors", viewBox: `0 0 ${size} ${size}`, role: "group", "aria-label": label });
  svg.append(axis(`M0 ${size / 2}H${size}`), axis(`M${size / 2} 0V${size}`));
  const parts = arrows.map(({ name, kind, vector, fixed }) => {
    const [shaft, head, text] = [el("path", {}), el("path", { class: "lbl-head" }), el("text", {}, name)];
    const tip = fixed ? null : el("g", { class: "lbl-vector-tip", tabindex: 0, role: "button" }, el("path", { d: DISC }));
    const root = el("g", { class: `lbl-vector is-${kind}` }, shaft, head, ...(tip ? [tip] : []));
    svg.append(root);
    text.setAttribute("class", `is-${kind}`);
    const to = (x, y) => (([vector[0], vector[1]] = [round(x), round(y)]), moved(kind));
    tip?.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      const far = event.shiftKey ? 0.5 : 0.1;
      to(vector[0] + far * step[0], vector[1] + far * step[1]);
    });
    tip?.addEventListener("pointerdown", (event) => tip.setPointerCapture(event.pointerId));
    tip?.addEventListener("pointermove", (event) => {
      if (!tip.hasPointerCapture(event.pointerId)) return;
      const box = svg.getBoundingClientRect();
      const inUnits = (pixels, length) => ((pixels / length) * size - size / 2) / UNIT;
      to(inUnits(event.clientX - box.left, box.width), -inUnits(event.clientY - box.top, box.height));
    });
    return { name, kind, vector, shaft, head, text, tip };
  });
  svg.append(...parts.map(({ text }) => text)); // above all arrows

  // Arrows in this order; a weight makes its arrow as wide as it is large.
  function draw(weights) {
    parts.forEach(({ name, kind, vector, shaft, head, text, tip }, i) => {
      const [x, y] = at(vector);
      const [dx, dy] = [x - size / 2, y - size / 2];
      const length = Math.hypot(dx, dy) || 1;
      const [ux, uy] = [dx / length, dy / length];
      const share = weights[i];
      shaft.setAttribute("d", `M${size / 2} ${size / 2}L${x - 6 * ux} ${y - 6 * uy}`);
      shaft.setAttribute("stroke-width", share === undefined ? 4 : 1 + 9 * share);
      head.setAttribute("d", `M${x} ${y}L${x - 13 * ux - 6 * uy} ${y - 13 * uy + 6 * ux}L${x - 13 * ux + 6 * uy} ${y - 13 * uy - 6 * ux}z`);
      text.setAttribute("x", Math.max(34, Math.min(size - 34, x + 30 * ux)));
      text.setAttribute("y", Math.max(14, Math.min(size - 8, y + 26 * uy + 5)));
      if (!tip) return;
      tip.setAttribute("transform", `translate(${x} ${y})`);
      const told = share === undefined ? "" : `, weight ${show(share)}`;
      tip.setAttribute("aria-label", `${kind === "query" ? "" : `${kind} of `}${name} at ${pair(vector)}${told}: arrow keys move it`);
    });
  }
  return { root: svg, draw };
}

function render({ model, el: host }) {
  const words = model.get("words");
  const presets = Object.fromEntries(model.get("queries"));
  const names = model.get("queries").map(([name]) => name);
  const copy = (list) => list.map((vector) => [...vector]);
  const [keys, values] = [copy(model.get("key_vectors")), copy(model.get("values"))];
  const query = [...presets[names[0]]];
  const context = [0, 0];

  const about = choice("The decoder is about to write", names, names[0], (name) => name, (name) => (query.splice(0, 2, ...presets[name]), draw()));
  const named = (vectors, kind) => words.map((name, i) => ({ name, kind, vector: vectors[i] }));
  const moved = (kind) => {
    if (kind === "query") about.querySelectorAll("input").forEach((radio) => (radio.checked = false));
    draw();
  };
  const left = plane("The query and the keys", [...named(keys, "key"), { name: "query", kind: "query", vector: query }], moved);
  const right = plane("The values and the context", [...named(values, "value"), { name: "context", kind: "context", vector: context, fixed: true }], moved);
  const again = el("button", { type: "button", onclick: reset }, "Start again");
  const rows = words.map((word) => {
    const [score, power, share, bar] = [el("td"), el("td"), el("span"), el("span", { class: "lbl-bar" })];
    return { score, power, share, bar, root: el("tr", {}, el("th", { scope: "row" }, word), score, power, el("td", {}, share, bar)) };
  });
  const sum = el("p", { class: "lbl-note" });
  const numbers = table({ class: "lbl-attend" }, "2. Scores become weights", ["word", "q · k", "exp", "weight"], el("tbody", {}, ...rows.map(({ root }) => root)));
  const part = (text, inside) => el("div", {}, el("p", { class: "lbl-caption" }, text), inside);
  const planes = el("div", { class: "lbl-columns lbl-attending" }, part("1. Query meets keys", left.root), el("div", {}, numbers), part("3. Values are mixed", right.root));
  const { say, ready } = figure(host, "attention-by-hand", model.get("title"), el("div", { class: "lbl-row" }, about, again), planes, sum);

  function reset() {
    const back = (vectors, first) => vectors.forEach((vector, i) => vector.splice(0, 2, ...first[i]));
    back(keys, model.get("key_vectors"));
    back(values, model.get("values"));
    query.splice(0, 2, ...presets[names[0]]);
    about.querySelector("input").checked = true;
    draw();
  }

  function draw() {
    const found = attend(query, keys, values);
    context.splice(0, 2, ...found.context);
    left.draw(found.weights);
    right.draw(found.weights);
    rows.forEach(({ score, power, share, bar }, i) => {
      [score.textContent, power.textContent, share.textContent] = [found.scores[i], Math.exp(found.scores[i]), found.weights[i]].map(show);
      bar.style.width = `${(100 * found.weights[i]).toFixed(1)}%`;
    });
    const most = found.weights.indexOf(Math.max(...found.weights));
    sum.textContent = `Context = ${found.weights.map((w, i) => `${show(w)} · ${pair(values[i])}`).join(" + ")} = ${pair(context)}`;
    say(`Query ${pair(query)}. Most weight on “${words[most]}”: ${show(found.weights[most])}. Context ${pair(context)}.`);
  }

  draw();
  ready();
}

export default { render };
