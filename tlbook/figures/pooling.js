// Windows of a small map, and the one number that pooling keeps of each.
import { board, captioned, grey } from "./board.js";
import { el, figure, choice } from "./shared.js";

const SIZE = 8;
const START = [[3, 1, 9], [3, 2, 7], [2, 3, 3], [4, 2, 8], [5, 3, 5], [5, 4, 9], [6, 4, 4], [1, 6, 2], [2, 6, 3]]; // row, column, value
const MEANING = { max: "the largest", mean: "the mean" };

function render({ model, el: host }) {
  const map = Array.from({ length: SIZE }, () => Array(SIZE).fill(0));
  let [kind, k, cell, before] = ["max", 2, [1, 1], null];
  const input = board("Map of 8 by 8 values: click or press Enter to change one, arrow keys move", choose);
  const output = board("Pooled map: point at a value to see its window", (r, c) => show(r, c));
  const numbers = [input, output].map(({ root }) => root.appendChild(el("div", { class: "lbl-numerals", "aria-hidden": "true" })));
  const move = (text, dr, dc) => el("button", { type: "button", onclick: () => shift(dr, dc) }, text);
  const { say, ready } = figure(
    host, "pooling", model.get("title"),
    el("div", { class: "lbl-row lbl-choices" },
      choice("Keep", Object.keys(MEANING), kind, (name) => `${name}: ${MEANING[name]}`, (name) => ((kind = name), draw())),
      choice("Window", [2, 4], k, (n) => `${n} × ${n}`, (n) => ((k = n), (before = null), draw()))),
    el("div", { class: "lbl-pair" }, captioned("Map: click a value to change it", input), captioned("Pooled", output)),
    el("div", { class: "lbl-row" }, "Move the pattern:", move("←", 0, -1), move("→", 0, 1), move("↑", -1, 0), move("↓", 1, 0),
      el("button", { type: "button", onclick: reset }, "As at first")),
  );
  for (const [arrow, way] of [["←", "left"], ["→", "right"], ["↑", "up"], ["↓", "down"]]) {
    [...host.querySelectorAll("button")].find((b) => b.textContent === arrow).setAttribute("aria-label", `Move ${way}`);
  }
  let at = [0, 0];
  const change = () => ((map[at[0]][at[1]] = (map[at[0]][at[1]] + 3) % 12), (before = null), draw());
  input.root.addEventListener("click", change);
  input.root.addEventListener("keydown", (event) => event.key === "Enter" && change());

  function choose(r, c) {
    at = [r, c];
    show(Math.floor(r / k), Math.floor(c / k));
  }
  function show(r, c) {
    cell = [r, c];
    draw();
  }
  function reset() {
    map.forEach((row) => row.fill(0));
    for (const [r, c, v] of START) map[r][c] = v;
    before = null;
    draw();
  }
  const pooled = () => {
    const n = SIZE / k;
    return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => {
      const window = map.slice(i * k, (i + 1) * k).flatMap((row) => row.slice(j * k, (j + 1) * k));
      return kind === "max" ? Math.max(...window) : window.reduce((a, b) => a + b) / (k * k);
    }));
  };
  // What falls out on one side comes in on the other, so that nothing is lost.
  function shift(dr, dc) {
    const [old, kept] = [map.map((row) => [...row]), pooled().flat()];
    const from = (v, d) => (v - d + SIZE) % SIZE;
    map.forEach((row, r) => row.forEach((_, c) => (row[c] = old[from(r, dr)][from(c, dc)])));
    const changed = [map.flat().filter((v, i) => v !== old.flat()[i]), pooled().flat().filter((v, i) => v !== kept[i])];
    before = `The move changed ${changed[0].length} of ${SIZE * SIZE} values, and ${changed[1].length} of the ${kept.length} that pooling keeps.`;
    draw();
  }

  function draw() {
    const small = pooled();
    const n = small.length;
    cell = cell.map((v) => Math.min(v, n - 1));
    [map, small].forEach((values, i) => {
      const [{ paint }, side] = [[input, output][i], values.length];
      paint(side, side, (r, c) => grey((255 * values[r][c]) / 11));
      numbers[i].style.setProperty("--n", side);
      numbers[i].replaceChildren(...values.flat().map((v) => el("span", { class: v > 5 ? "is-bright" : "" }, `${+v.toFixed(1)}`)));
    });
    input.frame("chosen", cell[0] * k, cell[1] * k, k);
    output.frame("chosen", ...cell, 1);
    input.move(...at);
    output.move(...cell);
    say(`Window in row ${cell[0] + 1}, column ${cell[1] + 1}: the ${kind} is ${+small[cell[0]][cell[1]].toFixed(2)}. ${before ?? ""}`);
  }

  reset();
  ready();
}

export default { render };
