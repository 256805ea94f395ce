// Three logits to move: their probabilities, the loss, and what the loss asks of each logit.
import { signed } from "./numbers.js";
import { number } from "./numbers.js";
import { plane } from "./plane.js";
import { barRow, choice, el, figure, slider, table } from "./shared.js";

const DIGITS = ["3", "5", "8"];
const START = [2, 1, 0];
const HIGHEST = 6; // of the loss, on its curve

function render({ model, el: host }) {
  let right = "5";
  const logits = DIGITS.map((digit, i) => slider(`Logit of ${digit}`, { min: -6, max: 6, step: 0.1, value: START[i] }, (v) => number(v, 1), () => draw()));
  const rows = DIGITS.map((digit) => {
    const [parts, power, asks] = [barRow(digit), el("td"), el("td")];
    parts.row.firstChild.after(power);
    parts.row.append(asks);
    return { ...parts, power, asks };
  });
  const loss = el("p", { class: "lbl-sum" });
  const curve = plane([-0.12, 1.05], [-0.7, HIGHEST + 0.3], { height: 220 });
  const button = (text, onclick) => el("button", { type: "button", onclick }, text);
  const change = (values) => (logits.forEach((one, i) => one.set(Math.max(-6, Math.min(6, values[i])))), draw());
  const now = () => logits.map((one) => +one.input.value);
  const { say, ready } = figure(
    host,
    "softmax-loss",
    model.get("title"),
    el("div", { class: "lbl-columns" },
      el("div", {}, ...logits.map((one) => one.root),
        choice("Right answer", DIGITS, right, (v) => v, (v) => ((right = v), draw())),
        el("div", { class: "lbl-row" },
          button("One step downhill", () => change(now().map((z, i) => z - softmaxGradient()[i]))),
          button("Add 1 to all", () => change(now().map((z) => z + 1))),
          button("Reset", () => change(START)))),
      el("div", {}, loss, curve.root)),
    table({ class: "lbl-bars" }, "From logits to probabilities; how the loss changes with each logit, and where a step moves it", ["digit", "e to the logit", "probability", "", "slope of loss"], el("tbody", {}, ...rows.map((one) => one.row))),
  );

  function probabilities() {
    const powers = now().map(Math.exp);
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  }
  const softmaxGradient = () => probabilities().map((p, i) => p - (DIGITS[i] === right));

  function draw() {
    const p = probabilities();
    const slopes = softmaxGradient();
    rows.forEach(({ row, number: shown, bar, power, asks }, i) => {
      power.textContent = number(Math.exp(now()[i]));
      shown.textContent = number(p[i]);
      bar.style.width = `${100 * p[i]}%`;
      asks.textContent = `${signed(slopes[i], 2)} ${Math.abs(slopes[i]) < 0.005 ? "" : slopes[i] > 0 ? "↓" : "↑"}`;
      row.classList.toggle("is-best", DIGITS[i] === right);
    });
    const chance = p[DIGITS.indexOf(right)];
    const pays = -Math.log(chance);
    const xs = Array.from({ length: 100 }, (_, i) => ((i + 1) / 100) ** 2).filter((x) => -Math.log(x) < HIGHEST + 0.3);
    const words = [curve.px(0.5), curve.py(-0.35)];
    curve.draw(
      `The loss falls with the probability of the right answer; at ${number(chance)} it is ${number(pays)}`,
      el("path", { class: "is-curve", d: curve.line(xs.map((x) => [x, -Math.log(x)])) }),
      el("text", { x: words[0], y: words[1], "text-anchor": "middle" }, `probability of the right answer, 0 to 1`),
      curve.dot(chance, Math.min(pays, HIGHEST), "is-hand"),
    );
    loss.replaceChildren(`loss = −log ${number(chance)} = `, el("strong", {}, number(pays)));
    say(`The right answer, ${right}, has the probability ${number(chance)}: the loss is ${number(pays)}.`);
  }

  draw();
  ready();
}

export default { render };
