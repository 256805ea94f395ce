// One neuron with two inputs: its weights and its bias draw a line between two classes of points.
import { number } from "./numbers.js";
import { plane } from "./plane.js";
import { sigmoid } from "./products.js";
import { generator } from "./random.js";
import { choice, el, figure, slider, uniqueId } from "./shared.js";

const ACTS = { step: (z) => +(z > 0), sigmoid, ReLU: (z) => Math.max(0, z) };
const REACH = 4.3; // farther than the corners
const STOPS = 40;
const RATE = 0.2;

// Forty points [x1, x2, class], with a gap where one class ends.
function points(side, gap) {
  const [random, found] = [generator(3), []];
  while (found.length < 40) {
    const [a, b] = [6 * random() - 3, 6 * random() - 3].map((v) => 0.93 * v);
    const s = side(a, b);
    if (Math.abs(s) > gap) found.push([a, b, +(s > 0)]);
  }
  return found;
}
const SETS = {
  "two groups": points((a, b) => 0.6 * a + 0.8 * b - 0.3, 0.35),
  "opposite corners": points((a, b) => a * b, 0.3),
};

function render({ model, el: host }) {
  const id = uniqueId();
  let [x, act, set, last] = [[1, 0.5], "ReLU", "two groups", -1];
  const range = { min: -3, max: 3, step: 0.05 };
  const knob = (name, value) => slider(name, { ...range, value }, (v) => number(v), () => draw());
  const knobs = [knob("Weight w₁", 2), knob("Weight w₂", -1), knob("Bias b", -0.5)];
  const values = () => knobs.map((one) => +one.input.value);
  const z = ([a, b]) => values()[0] * a + values()[1] * b + values()[2];
  const map = plane([-3, 3], [-3, 3], { height: 360, at: () => x, move: (a, b) => ((x = [a, b]), draw()) });
  const sum = el("p", { class: "lbl-sum" });
  // Rosenblatt's rule: where the answer is wrong, move the weights towards the input, or away from it.
  const learn = el("button", { type: "button", onclick: correct }, "Learn from one mistake");
  const { say, ready } = figure(
    host,
    "neuron",
    model.get("title"),
    el("div", { class: "lbl-columns" }, map.root, el("div", {},
      ...knobs.map((one) => one.root),
      choice("Activation", Object.keys(ACTS), act, (v) => v, (v) => ((act = v), draw())),
      choice("Points", Object.keys(SETS), set, (v) => v, (v) => ((set = v), draw())),
      el("div", { class: "lbl-row" }, learn),
      sum,
      el("p", { class: "lbl-note" }, "Filled points should get an answer, open ones none; a dashed ring marks a mistake. Click the plane, or use the arrow keys on it, to move the large point."))),
  );

  const wrong = (point) => +(z(point) > 0) !== point[2];

  function correct() {
    const list = SETS[set];
    const order = list.map((_, i) => (last + 1 + i) % list.length);
    const found = order.find((i) => wrong(list[i]));
    if (found === undefined) return say("No mistake is left to learn from.", 0);
    last = found;
    const [a, b, target] = list[found];
    const step = RATE * (target ? 1 : -1);
    [a, b, 1].forEach((input, i) => knobs[i].set(+knobs[i].input.value + step * input));
    draw();
  }

  // The answer is the same all along the line and its parallels, so the shading is one gradient.
  function shading([w1, w2, b], length) {
    const [u, v] = [w1 / length, w2 / length];
    const ends = { x1: map.px(-REACH * u), y1: map.py(-REACH * v), x2: map.px(REACH * u), y2: map.py(REACH * v) };
    const stops = Array.from({ length: STOPS + 1 }, (_, i) => {
      const answer = ACTS[act](length * REACH * ((2 * i) / STOPS - 1) + b);
      return el("stop", { offset: i / STOPS, "stop-opacity": 0.5 * (1 - Math.exp(-1.2 * answer)) });
    });
    const gradient = el("linearGradient", { id, gradientUnits: "userSpaceOnUse", ...ends }, ...stops);
    return [el("defs", {}, gradient), el("rect", { width: 360, height: 360, fill: `url(#${id})` })];
  }

  function draw() {
    const [w1, w2, b] = values();
    const length = Math.hypot(w1, w2);
    const parts = [];
    if (length > 0.01) {
      const [u, v, s] = [w1 / length, w2 / length, -b / length]; // the foot of the line, seen from 0
      parts.push(...shading([w1, w2, b], length));
      parts.push(el("path", { class: "is-ink", d: map.line([[s * u - 9 * v, s * v + 9 * u], [s * u + 9 * v, s * v - 9 * u]]) }));
      parts.push(el("path", { class: "is-tangent", d: map.line([[s * u, s * v], [s * u + w1 / 2, s * v + w2 / 2]]) }));
      parts.push(map.dot(s * u + w1 / 2, s * v + w2 / 2, "is-no", 3));
    }
    const list = SETS[set];
    for (const point of list) {
      parts.push(map.dot(point[0], point[1], point[2] ? "is-yes" : "is-no"));
      if (wrong(point)) parts.push(map.dot(point[0], point[1], "is-wrong", 9));
    }
    parts.push(map.dot(...x, "is-hand", 7));
    const right = list.filter((point) => !wrong(point)).length;
    map.draw(`${list.length} points of two classes and the neuron's line; ${right} are on the right side.`, ...parts);
    const bracket = (v) => (v < 0 ? `(${number(v)})` : number(v));
    const terms = `${number(w1)} × ${bracket(x[0])} + ${bracket(w2)} × ${bracket(x[1])} + ${bracket(b)}`;
    sum.replaceChildren(`z = ${terms} = `, el("strong", {}, number(z(x))), `, answer ${act}(z) = `, el("strong", {}, number(ACTS[act](z(x)))));
    say(`${right} of ${list.length} points are on the right side of the line.`);
  }

  draw();
  ready();
}

export default { render };
