// Activation functions and their slopes, with a tangent that follows the hand.
import { number } from "./numbers.js";
import { plane } from "./plane.js";
import { sigmoid } from "./products.js";
import { choice, el, figure, slider } from "./shared.js";

const LEAK = 0.1;
// Each function, and its slope.
const FUNCTIONS = {
  step: [(z) => +(z > 0), () => 0],
  sigmoid: [sigmoid, (z) => sigmoid(z) * (1 - sigmoid(z))],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  ReLU: [(z) => Math.max(0, z), (z) => +(z > 0)],
  "leaky ReLU": [(z) => Math.max(LEAK * z, z), (z) => (z > 0 ? 1 : LEAK)],
};
const DEEP = 10;

function render({ model, el: host }) {
  let name = "sigmoid";
  const at = slider("Sum z", { min: -5, max: 5, step: 0.1, value: 1 }, (v) => number(v, 1), draw);
  const z = () => +at.input.value;
  const move = (x) => (at.set(x), draw());
  const planes = [["f(z)", [-1.4, 3.4]], ["slope of f at z", [-0.3, 1.3]]].map(([caption, heights]) => {
    const map = plane([-5, 5], heights, { height: 220, move, at: () => [z(), 0] });
    return { map, root: el("figure", {}, el("figcaption", {}, caption), map.root) };
  });
  const said = el("p", { class: "lbl-sum" });
  const { say, ready } = figure(
    host,
    "activations",
    model.get("title"),
    choice("Activation", Object.keys(FUNCTIONS), name, (v) => v, (v) => ((name = v), draw())),
    el("div", { class: "lbl-row" }, at.root),
    el("div", { class: "lbl-columns" }, ...planes.map((one) => one.root)),
    said,
  );

  // A curve from -5 to 5; a jump at 0 is drawn as a gap.
  function curve(map, f) {
    const half = (from, to) => Array.from({ length: 101 }, (_, i) => from + ((to - from) * i) / 100).map((x) => [x, f(x)]);
    return el("path", { class: "is-curve", d: map.line(half(-5, -1e-6)) + map.line(half(1e-6, 5)) });
  }

  function draw() {
    const [f, slope] = FUNCTIONS[name];
    const [x, y, s] = [z(), f(z()), slope(z())];
    const [left, right] = planes.map((one) => one.map);
    const run = 1.5 / Math.hypot(1, s);
    const tangent = el("path", { class: "is-tangent", d: left.line([[x - run, y - s * run], [x + run, y + s * run]]) });
    left.draw(`The curve of ${name}, with its tangent at ${number(x, 1)}`, curve(left, f), tangent, left.dot(x, y, "is-hand"));
    right.draw(`The slope of ${name}; at ${number(x, 1)} it is ${number(s)}`, curve(right, slope), right.dot(x, s, "is-hand"));
    const deep = s ** DEEP;
    const shown = deep === 0 ? "0" : deep < 0.001 ? deep.toExponential(1).replace("-", "−") : number(deep, 3);
    said.replaceChildren("f(z) = ", el("strong", {}, number(y)), ", slope ", el("strong", {}, number(s)), `. ${DEEP} such slopes in a row multiply to `, el("strong", {}, shown), ".");
    say(`${name} at ${number(x, 1)}: ${number(y)}, slope ${number(s)}; ${DEEP} of them in a row: ${shown}.`);
  }

  draw();
  ready();
}

export default { render };
