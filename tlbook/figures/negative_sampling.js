// Negative sampling in two dimensions: a centre, its true context and a few drawn words, step by step.
import { signed, wholePercent } from "./numbers.js";
import { sigmoid } from "./products.js";
import { generator } from "./random.js";
import { el, barRow, figure, player, slider, table } from "./shared.js";

const DRAWN = ["treaty", "album", "king", "seven", "actor"];
const RATE = 0.5;
const MOST = 40; // steps
const SIDE = 320;

const dot = (a, b) => a[0] * b[0] + a[1] * b[1];

// One step of gradient descent on −log σ(w·e) for the true word, −log σ(−w·e) for each drawn one.
// rows[0] is the true word's; both the centre and the rows move, from where they are now.
export function negativeStep(e, rows, rate) {
  const slopes = rows.map((w, i) => sigmoid(dot(w, e)) - (i === 0 ? 1 : 0)); // of the loss, by the score
  const next = (v, parts) => v.map((x, k) => x - rate * parts.reduce((sum, [s, u]) => sum + s * u[k], 0));
  return { e: next(e, rows.map((w, i) => [slopes[i], w])), rows: rows.map((w, i) => next(w, [[slopes[i], e]])) };
}

export const negativeLoss = (e, rows) =>
  rows.reduce((sum, w, i) => sum + Math.log1p(Math.exp((i === 0 ? -1 : 1) * dot(w, e))), 0);

function render({ model, el: host }) {
  let seed = 2;
  let [steps, e, rows, trails] = [0, [], [], []];

  const drawn = slider("Drawn words", { min: 1, max: DRAWN.length, step: 1, value: 3 }, (v) => `${v}`, () => reset());
  const once = el("button", { type: "button", onclick: () => (play.stop(), move(), draw()) }, "One step");
  const play = player({ label: "Many steps", pace: 120, slow: 700, begin: () => steps >= MOST && reset(), step: () => (move(), draw()), changed: draw });
  const again = el("button", { type: "button", onclick: () => (seed++, reset()) }, "Other words");
  const plane = el("svg", { class: "lbl-arrows", role: "img", viewBox: `0 0 ${SIDE} ${SIDE}` });
  const body = el("tbody");
  const beliefs = table({ class: "lbl-bars lbl-actions" }, "Is it the true context?", ["word", "belief", "", "score"], body);
  const { say, ready } = figure(
    host,
    "negative-sampling",
    model.get("title"),
    el("div", { class: "lbl-row" }, once, play.button, again),
    drawn.root,
    el("div", { class: "lbl-columns lbl-top" }, plane, beliefs),
  );

  const names = () => ["water", ...DRAWN.slice(0, +drawn.input.value)];

  function reset() {
    play.stop();
    const random = generator(seed);
    const any = () => [2.4 * random() - 1.2, 2.4 * random() - 1.2];
    [steps, e, rows] = [0, any(), names().map(any)];
    trails = [e, ...rows].map((at) => [at]);
    draw();
  }

  function move() {
    if (steps >= MOST) return play.stop();
    ({ e, rows } = negativeStep(e, rows, RATE));
    steps++;
    [e, ...rows].forEach((at, i) => trails[i].push(at));
  }

  function draw() {
    const scale = (SIDE / 2 - 24) / Math.max(1, ...trails.flat(2).map(Math.abs)); // all of the way stays in view
    const place = ([x, y]) => [SIDE / 2 + x * scale, SIDE / 2 - y * scale].map((v) => v.toFixed(1));
    const parts = [el("path", { class: "is-axis", d: `M0 ${SIDE / 2}H${SIDE}M${SIDE / 2} 0V${SIDE}` })];
    [e, ...rows].forEach((at, i) => {
      const kind = i === 0 ? "is-centre" : i === 1 ? "is-true" : "is-drawn";
      const [x, y] = place(at);
      parts.push(el("path", { class: `is-trail ${kind}`, d: `M${trails[i].map((p) => place(p).join(" ")).join("L")}` }));
      parts.push(el("path", { class: kind, d: `M${SIDE / 2} ${SIDE / 2}L${x} ${y}m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0` }));
      const left = +x > SIDE * 0.7;
      const label = { x: +x + (left ? -9 : 9), y: +y + (at[1] < 0 ? 12 : -4), "text-anchor": left ? "end" : "start", class: kind };
      parts.push(el("text", label, i === 0 ? "cold" : names()[i - 1]));
    });
    const scores = rows.map((w) => dot(w, e));
    plane.replaceChildren(...parts);
    plane.setAttribute("aria-label", `Arrows of cold, the centre, and of ${names().join(", ")}, after ${steps} steps`);
    body.replaceChildren(
      ...scores.map((score, i) => {
        const { row, number, bar } = barRow(i === 0 ? "water (true)" : names()[i]);
        number.textContent = wholePercent(sigmoid(score));
        bar.style.width = `${100 * sigmoid(score)}%`;
        row.append(el("td", {}, signed(score, 2)));
        row.className = i === 0 ? "is-now" : "";
        return row;
      }),
    );
    once.disabled = steps >= MOST;
    if (play.playing()) return;
    const all = scores.map((score, i) => `${names()[i]} ${wholePercent(sigmoid(score))}`).join(", ");
    say(`After ${steps} steps, loss ${negativeLoss(e, rows).toFixed(2)}. Belief: ${all}.`);
  }

  reset();
  ready();
  return play.stop;
}

export default { render };
