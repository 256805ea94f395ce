// Forward and back through three weights, step by step, with all numbers.
import { number } from "./numbers.js";
import { el, figure, slider, uniqueId } from "./shared.js";

const RATE = 0.1; // of "Take a step"

function render({ model, el: host }) {
  const id = uniqueId();
  const names = ["w₁", "w₂", "w₃", "x₁", "x₂", "target"];
  const first = [...model.get("w"), ...model.get("x"), model.get("target")];
  const knobs = names.map((name, i) => slider(name, { min: -2, max: 2, step: 0.05, value: first[i] }, (v) => number(v), () => draw()));
  const svg = el("svg", { class: "lbl-net is-large", viewBox: "0 18 560 242", role: "img" });
  const told = el("p", { class: "lbl-sum" });
  const button = (text, onclick) => el("button", { type: "button", onclick }, text);
  const [back, next] = [button("Back", () => go(stage - 1)), button("Next", () => go(stage + 1))];
  const { say, ready } = figure(
    host,
    "backward-pass",
    model.get("title"),
    svg,
    told,
    el("div", { class: "lbl-row" }, button("From the start", () => go(0)), back, next, button("Take a step", descend)),
    el("div", { class: "lbl-columns" }, ...knobs.map((one) => one.root)),
  );

  function compute() {
    const [w1, w2, w3, x1, x2, target] = knobs.map((one) => +one.input.value);
    const z = w1 * x1 + w2 * x2;
    const a = Math.max(0, z);
    const y = w3 * a;
    const dy = 2 * (y - target);
    const da = dy * w3;
    const dz = z > 0 ? da : 0;
    return { w1, w2, w3, x1, x2, target, z, a, y, loss: (y - target) ** 2, dy, d3: dy * a, da, dz, d1: dz * x1, d2: dz * x2 };
  }

  // What each stage adds, and the sentence that explains it. The first three go forward.
  function stages(v) {
    const n = (value) => (value < 0 ? `(${number(value)})` : number(value));
    const gate = v.z > 0 ? "The sum is positive, so the ReLU hands the slope on" : "The ReLU is off: its slope is 0, and nothing comes through";
    return [
      `Forward. The unit adds ${n(v.w1)} × ${n(v.x1)} + ${n(v.w2)} × ${n(v.x2)} = ${number(v.z)}; the ReLU makes that ${number(v.a)}.`,
      `The third weight makes the output: ${n(v.w3)} × ${n(v.a)} = ${number(v.y)}.`,
      `The loss is the squared error: (${number(v.y)} − ${n(v.target)})² = ${number(v.loss, 3)}.`,
      `Back. How does the loss change with the output? 2 × (${number(v.y)} − ${n(v.target)}) = ${number(v.dy)}.`,
      `How does it change with w₃? The slope so far times the unit's value: ${n(v.dy)} × ${n(v.a)} = ${number(v.d3)}.`,
      `And with the unit? The slope so far times the weight between: ${n(v.dy)} × ${n(v.w3)} = ${number(v.da)}.`,
      `${gate}. With w₁ and w₂, times the inputs: ${n(v.dz)} × ${n(v.x1)} = ${number(v.d1)} and ${n(v.dz)} × ${n(v.x2)} = ${number(v.d2)}.`,
    ];
  }
  const LAST = 6;
  let stage = LAST;
  const go = (to) => ((stage = Math.max(0, Math.min(LAST, to))), draw());

  function descend() {
    const v = compute();
    [v.d1, v.d2, v.d3].forEach((slope, i) => knobs[i].set([v.w1, v.w2, v.w3][i] - RATE * slope));
    stage = LAST;
    draw();
  }

  function draw() {
    const v = compute();
    const parts = [];
    const head = (name, kind) => el("marker", { id: name, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 14, markerHeight: 14, markerUnits: "userSpaceOnUse", orient: "auto" }, el("path", { d: "M0 0L10 5L0 10z", class: kind }));
    parts.push(el("defs", {}, head(`${id}-forward`, "is-head"), head(`${id}-back`, "is-backhead")));
    const arrow = (from, kind, d) => stage >= from && parts.push(el("path", { class: `is-${kind}${stage === from ? " is-now" : ""}`, d, "marker-end": `url(#${id}-${kind})` }));
    const write = (from, x, y, text, kind = "") => stage >= from && parts.push(el("text", { x, y, class: kind }, text));
    arrow(0, "forward", "M70 84C110 88 140 110 176 130");
    arrow(0, "forward", "M70 206C110 202 140 180 176 160");
    arrow(1, "forward", "M239 136H317");
    arrow(2, "forward", "M386 136H446");
    arrow(3, "back", "M448 158H388");
    arrow(5, "back", "M319 158H243");
    arrow(6, "back", "M174 144C140 126 110 104 72 98");
    arrow(6, "back", "M174 150C140 168 110 186 72 192");
    for (const [x, y, r] of [[42, 82, 28], [42, 208, 28], [206, 146, 33], [352, 146, 33]]) parts.push(el("circle", { cx: x, cy: y, r, class: "is-unit" }));
    parts.push(el("rect", { x: 450, y: 108, width: 100, height: 76, rx: 10, class: "is-unit" }));
    write(0, 42, 89, number(v.x1), "is-value");
    write(0, 42, 215, number(v.x2), "is-value");
    write(0, 206, 153, number(v.a), "is-value");
    write(1, 352, 153, number(v.y), "is-value");
    write(0, 500, 138, "loss");
    write(2, 500, 166, number(v.loss, 3), "is-value");
    write(0, 50, 40, "inputs");
    write(0, 206, 96, v.z > 0 ? "ReLU unit" : "ReLU, off");
    write(0, 352, 96, "output");
    write(0, 496, 96, `target ${number(v.target)}`);
    write(0, 138, 66, `w₁ = ${number(v.w1)}`);
    write(0, 138, 246, `w₂ = ${number(v.w2)}`);
    write(0, 279, 120, `w₃ = ${number(v.w3)}`);
    write(3, 418, 188, number(v.dy), "is-slope");
    write(4, 285, 188, number(v.d3), "is-slope");
    write(5, 206, 208, number(v.da), "is-slope");
    write(6, 92, 136, number(v.d1), "is-slope");
    write(6, 92, 172, number(v.d2), "is-slope");
    const said = stages(v)[stage];
    svg.setAttribute("aria-label", `Two inputs, a ReLU unit and an output, stage ${stage + 1} of ${LAST + 1}. ${said}`);
    svg.replaceChildren(...parts);
    [back.disabled, next.disabled] = [stage === 0, stage === LAST];
    told.replaceChildren(el("strong", {}, `${stage + 1} of ${LAST + 1}. `), said);
    say(`Loss ${number(v.loss, 3)}; gradients ${number(v.d1)}, ${number(v.d2)} and ${number(v.d3)}.`);
  }

  draw();
  ready();
}

export default { render };
