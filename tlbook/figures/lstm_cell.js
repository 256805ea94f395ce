// One LSTM cell with its gates as valves: the reader sets them at each step of a short sequence.
import { bandColour } from "./diverging.js";
import { signed } from "./numbers.js";
import { el, figure, slider, choice, player } from "./shared.js";

// What each step has: [forget, input, candidate, output], and what the cell should hold after it.
const TASKS = [
  {
    name: "Remember the first bracket",
    told: "−1 stands for a square bracket, +1 for a round one. Show it at the question mark only.",
    tokens: ["[", "a", "(", "b", ")", "?"],
    valves: [[0, 1, -1, 0], [1, 0, 0.3, 0], [1, 0, 1, 0], [1, 0, -0.5, 0], [1, 0, 1, 0], [1, 0, 0.2, 1]],
    wanted: [-1, -1, -1, -1, -1, -1],
  },
  {
    name: "Count open brackets",
    told: "Each opening bracket adds 1, each closing one takes 1 away.",
    tokens: ["(", "a", "(", "b", ")", ")"],
    valves: [[1, 1, 1, 1], [1, 0, 0.3, 1], [1, 1, 1, 1], [1, 0, -0.5, 1], [1, 1, -1, 1], [1, 1, -1, 1]],
    wanted: [1, 1, 2, 2, 1, 0],
  },
  {
    name: "Inside a quotation?",
    told: "1 between the two marks, 0 outside.",
    tokens: ["he", "said", "“", "no", "”", "twice"],
    valves: [[1, 0, 0.4, 1], [1, 0, -0.2, 1], [1, 1, 1, 1], [1, 0, 0.6, 1], [0, 0, 0.8, 1], [1, 0, -0.4, 1]],
    wanted: [0, 0, 1, 1, 0, 0],
  },
];
const NAMES = ["forget gate", "input gate", "candidate", "output gate"];
const START = ["set for the task", "half open"];
const SHORT = ["forget", "input", "candidate", "output"];
const SHAPES = { before: "M14 70H150", kept: "M150 70H290", after: "M290 70H526", candidate: "M290 244V150", taken: "M290 150V70", output: "M420 180V244" };
const VALVES = [[150, 70, 0], [290, 150, 90], null, [420, 180, 90]]; // x, y, angle of the pipe

const count = (v) => (Math.abs(v) < 0.005 ? "0" : signed(v, 2));

// Over a sequence of [f, i, g, o]: cell and output after each step, from an empty cell.
export function runCell(valves) {
  let c = 0;
  return valves.map(([f, i, g, o]) => ((c = f * c + i * g), { c, h: o * Math.tanh(c) }));
}

function tone(v, gate) {
  const light = gate ? v > 0.5 : Math.abs(v) > 0.6;
  return [bandColour(v, gate), light ? "#000" : "#fff"];
}

function render({ model, el: host }) {
  let [task, start, valves, at] = [TASKS[0], START[0], [], 0];
  const write = (x, y, text, name = "") => el("text", { x, y, class: name }, text);
  const pipes = Object.fromEntries(Object.entries(SHAPES).map(([key, d]) => [key, el("path", { d, class: "lbl-pipe" })]));
  const wheel = (place) => place && el("g", {}, el("path", { d: "M-17 0a17 17 0 1 0 34 0a17 17 0 1 0 -34 0", class: "lbl-valve" }), el("path", { d: "M-17 0H17", class: "lbl-flap" }));
  const wheels = VALVES.map(wheel);
  const values = ["before", "after", "candidate", "output"].map(() => write(0, 0, "", "is-number"));
  [[14, 48, "start"], [526, 48, "end"], [306, 240, "start"], [436, 240, "start"]].forEach(([x, y, anchor], k) => {
    Object.entries({ x, y, "text-anchor": anchor }).forEach(([key, value]) => values[k].setAttribute(key, value));
  });
  const art = el(
    "svg",
    { viewBox: "0 0 540 256", class: "lbl-cell", role: "img" },
    el("path", { d: "M420 70V180", class: "lbl-pipe" }),
    ...Object.values(pipes),
    el("path", { d: "M276 70a14 14 0 1 0 28 0a14 14 0 1 0 -28 0", class: "lbl-valve" }),
    el("path", { d: "M282 70H298M290 62V78", class: "lbl-plus" }),
    el("path", { d: "M393 92H447V122H393Z", class: "lbl-valve" }),
    ...wheels.filter(Boolean),
    write(14, 24, "cell before"), write(438, 24, "cell after"), write(150, 36, "forget ×", "is-middle"), write(318, 156, "input ×"),
    write(190, 240, "candidate"), write(448, 186, "output ×"), write(420, 113, "tanh", "is-middle"), ...values,
  );
  const sliders = NAMES.map((name, k) => {
    const range = { min: k === 2 ? -1 : 0, max: 1, step: 0.05, value: 0 };
    return slider(name, range, (v) => (k === 2 ? count(v) : v.toFixed(2)), (v) => ((valves[at][k] = v), draw()));
  });
  const tasks = choice("Task", TASKS, task, ({ name }) => name, (chosen) => ((task = chosen), begin()));
  const starts = choice("Valves", START, start, (name) => name, (chosen) => ((start = chosen), begin()));
  const go = (step) => ((at = step), draw());
  const play = player({ label: "Play the steps", pace: 1200, slow: 2500, begin: () => go(0), changed: () => art.classList.toggle("is-flowing", play.playing()),
    step: () => (at < valves.length - 1 ? go(at + 1) : play.stop()) });
  const told = el("p", { class: "lbl-note" });
  const [sum, verdict] = [el("p", { class: "lbl-note" }), el("p")];
  const body = el("tbody");
  const steps = el("div", { class: "lbl-scroll", tabindex: 0, role: "region", "aria-label": "All steps" }, el("table", { class: "lbl-steps" }, body));
  const { say, ready } = figure(
    host, "lstm-cell", model.get("title"),
    el("div", { class: "lbl-row lbl-choices" }, tasks, starts), told, steps, verdict,
    el("div", { class: "lbl-columns" }, el("div", {}, art, sum), el("div", {}, ...sliders.map(({ root }) => root), el("div", { class: "lbl-row" }, play.button))),
  );

  function begin() {
    play.stop();
    valves = task.valves.map(([f, i, g, o]) => (start === START[0] ? [f, i, g, o] : [0.5, 0.5, g, 0.5]));
    told.textContent = task.told;
    go(2);
  }

  function draw() {
    const states = runCell(valves);
    const before = at ? states[at - 1].c : 0;
    const [[f, i, g, o], { c, h }] = [valves[at], states[at]];
    sliders.forEach((one, k) => one.set(valves[at][k]));
    wheels.forEach((node, k) => {
      if (!node) return;
      const [x, y, angle] = VALVES[k];
      node.setAttribute("transform", `translate(${x} ${y}) rotate(${angle + 90 * (1 - valves[at][k])})`);
    });
    [before, c, g, h].forEach((v, k) => (values[k].textContent = count(v)));
    Object.entries({ before, kept: f * before, after: c, candidate: g, taken: i * g, output: h }).forEach(([key, v]) => {
      pipes[key].style.strokeWidth = `${3 + 9 * Math.min(1, Math.abs(v) / 2)}px`;
      pipes[key].setAttribute("class", `lbl-pipe ${v < -0.005 ? "is-below" : v > 0.005 ? "is-above" : ""}`);
    });
    art.setAttribute("aria-label", `The cell at step ${at + 1}, with its valves: forget ${f}, input ${i}, output ${o}.`);
    sum.textContent = `Cell: ${f.toFixed(2)} × ${count(before)} + ${i.toFixed(2)} × ${count(g)} = ${count(c)}. Output: ${o.toFixed(2)} × tanh(${count(c)}) = ${count(h)}.`;
    const row = (name, cells, kind = "") => el("tr", { class: kind }, el("th", { scope: "row" }, name), ...cells);
    const shade = (v, gate, k) => {
      const cell = el("td", { class: k === at ? "is-now" : "" }, gate ? v.toFixed(2) : count(v));
      [cell.style.background, cell.style.color] = tone(gate ? v : v / 2, gate);
      return cell;
    };
    const pick = (token, k) => el("td", {}, el("button", { type: "button", "aria-pressed": k === at, "aria-label": `Step ${k + 1}: ${token}`, onclick: () => (play.stop(), go(k), focus()) }, token));
    const focus = () => body.querySelectorAll("button")[at].focus();
    body.replaceChildren(
      row("step", task.tokens.map(pick)),
      ...SHORT.map((name, n) => row(name, valves.map((v, k) => shade(v[n], n !== 2, k)))),
      row("cell", states.map((s, k) => shade(s.c, false, k))),
      row("shown", states.map((s, k) => shade(s.h, false, k))),
      row("wanted", task.wanted.map((v) => el("td", {}, v ? signed(v, 0) : "0")), "is-wanted"),
    );
    const off = task.wanted.filter((v, k) => Math.abs(v - states[k].c) > 0.1).length;
    verdict.textContent = off ? `The cell holds something else than it should at ${off} of ${valves.length} steps.` : "The cell holds what it should at every step.";
    say(`Step ${at + 1}, “${task.tokens[at]}”: cell ${count(c)}, output ${count(h)}. ${verdict.textContent}`);
  }

  begin();
  ready();
}

export default { render };
