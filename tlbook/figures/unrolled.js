// A gradient on its way back through an unrolled network: the same factor at each word.
import { el, figure, slider } from "./shared.js";

const [WIDTH, TOP, MIDDLE, BOTTOM] = [560, 24, 110, 196];
const DECADES = 6; // from a millionth to a million

// The gradient k words back, for k = 0 to n.
export const arriving = (factor, n) => Array.from({ length: n + 1 }, (_, k) => factor ** k);

// 0.00000095 and 1,100,000 in words of ordinary length.
function plain(v) {
  if (v >= 1000) return `${Number(v.toPrecision(2)).toLocaleString("en")} times as much`;
  if (v > 1.005) return `${v.toPrecision(3)} times as much`;
  if (v > 0.995) return "all of it";
  return v >= 0.001 ? `${(100 * v).toPrecision(2)} %` : `one part in ${Number((1 / v).toPrecision(2)).toLocaleString("en")}`;
}

function render({ model, el: host }) {
  const factor = slider("Factor at each word", { min: 0.5, max: 1.5, step: 0.01, value: model.get("factor") }, (v) => v.toFixed(2), draw);
  const words = slider("Words back", { min: 1, max: 30, step: 1, value: 20 }, (v) => `${v}`, draw);
  const art = el("svg", { viewBox: `0 0 ${WIDTH} 250`, class: "lbl-cell", role: "img" });
  const { say, ready } = figure(host, "unrolled", model.get("title"), el("div", { class: "lbl-columns" }, factor.root, words.root), art);

  function draw() {
    const [w, n] = [+factor.input.value, +words.input.value];
    const sizes = arriving(w, n);
    const at = (k) => WIDTH - 40 - (k * (WIDTH - 80)) / n;
    const height = (v) => MIDDLE - ((MIDDLE - TOP) * Math.max(-DECADES, Math.min(DECADES, Math.log10(v)))) / DECADES;
    const text = (x, y, words, name = "") => el("text", { x, y, class: name }, words);
    const across = (y, name) => el("path", { d: `M20 ${y}H${WIDTH - 20}`, class: name });
    art.replaceChildren(
      across(TOP, "lbl-grid"), across(MIDDLE, "lbl-pipe"), across(BOTTOM, "lbl-grid"),
      text(20, TOP - 6, "a million times as large"), text(20, MIDDLE - 8, w < 1 ? "as large as at the start" : ""), text(20, BOTTOM + 18, "a millionth"),
      ...sizes.map((v, k) => el("path", { d: `M${at(k)} ${MIDDLE}V${height(v)}`, class: `lbl-pipe is-bar ${v < 1 ? "is-below" : "is-above"}` })),
      ...sizes.map((v, k) => el("path", { d: `M${at(k) - 4} ${height(v)}h8`, class: "lbl-flap" })),
      text(WIDTH - 20, 244, "the word guessed", "is-end"), text(20, 244, `${n} words back`),
      text(WIDTH / 2, 244, "← back", "is-middle"),
    );
    const told = `${w.toFixed(2)} to the power of ${n}: of a change ${n} words back, ${plain(sizes[n])} arrives.`;
    art.setAttribute("aria-label", `The gradient at each of ${n} words on its way back. ${told}`);
    say(told);
  }
  draw();
  ready();
}

export default { render };
