// A reward, and what each step before it gets of it: bars under the steps, and the discount to move.
import { signed } from "./numbers.js";
import { discountEpisodeRewards } from "./replay_data.js";
import { el, figure, slider, choice, player } from "./shared.js";

const TOP = { zero: 52, reach: 26 }; // the row of rewards: a reward of 1 is so high
const BELOW = { zero: 172, reach: 66 }; // the row of returns
const HEIGHT = 262;

function render({ model, el: host }) {
  const rewards = model.get("rewards");
  const marks = model.get("marks");
  const n = rewards.length;
  const modes = ["begins anew after each point", "runs on to the end"];
  let mode = 0;

  const discount = slider("Discount γ", { min: 0, max: 1, step: 0.01, value: model.get("gamma") }, (v) => v.toFixed(2), draw);
  const at = slider("Step", { min: 1, max: n, step: 1, value: 1 + +(Object.keys(marks)[0] ?? 0) }, (v) => `${v}`, () => (play.stop(), draw()));
  const play = player({
    label: "Walk back",
    pace: 120,
    slow: 600,
    begin: () => +at.input.value === 1 && at.set(n),
    step: () => (at.set(+at.input.value - 1), +at.input.value === 1 && play.stop(), draw()),
    changed: draw,
  });
  const sum = choice("The sum of rewards", [0, 1], 0, (i) => modes[i], (i) => ((mode = i), draw()));
  const svg = el("svg", { class: "lbl-returns", role: "img", height: HEIGHT, onclick: pick });
  const half = el("p", { class: "lbl-note" });
  const { root, say, ready } = figure(
    host,
    "discounting",
    model.get("title"),
    el("div", { class: "lbl-row" }, discount.root, at.root, play.button),
    half,
    svg,
    sum,
  );

  const width = () => Math.max(root.clientWidth - 26, 220);
  const left = (i) => 4 + (i * (width() - 8)) / n;

  function pick(event) {
    play.stop();
    const x = event.clientX - svg.getBoundingClientRect().left;
    at.set(1 + Math.max(0, Math.min(n - 1, Math.floor(((x - 4) * n) / (width() - 8)))));
    draw();
  }

  // A bar from the zero line of a row.
  function bar(i, value, { zero, reach }) {
    const [x, w] = [left(i) + 0.5, Math.max((width() - 8) / n - 1, 1)];
    const y = zero - reach * Math.max(-1, Math.min(1, value));
    return el("path", { class: value > 0 ? "is-up" : "is-down", d: `M${x},${zero}H${x + w}V${y}H${x}Z` });
  }

  function draw() {
    const gamma = +discount.input.value;
    const here = +at.input.value - 1;
    const returns = discountEpisodeRewards(rewards, gamma, mode);
    const value = returns[here];
    const centre = (i) => (left(i) + left(i + 1)) / 2;
    const write = (x, y, words, anchor = "middle", kind = "") => el("text", { x, y, "text-anchor": anchor, class: kind }, words);
    const line = (y, kind) => el("line", { x1: 4, x2: width() - 4, y1: y, y2: y, class: kind });
    const across = (x, room) => Math.max(room, Math.min(width() - room, x)); // a text near an edge stays inside
    const parts = [line(TOP.zero, "is-axis"), line(BELOW.zero, "is-axis")];
    for (const y of [0.5, -0.5]) parts.push(line(BELOW.zero - y * BELOW.reach, "is-half"));
    parts.push(write(4, 14, "rewards", "start"), write(4, BELOW.zero - BELOW.reach - 12, "returns", "start"));
    parts.push(write(width() - 4, BELOW.zero - BELOW.reach / 2 - 4, "a half", "end"));
    rewards.forEach((reward, i) => {
      if (reward) parts.push(bar(i, reward, TOP), write(across(centre(i), 14), TOP.zero + (reward > 0 ? 16 : -6), signed(reward, 0)));
      if (returns[i]) parts.push(bar(i, returns[i], BELOW));
    });
    for (const [i, words] of Object.entries(marks)) parts.push(write(across(centre(+i), 30), TOP.zero - 8, `${words} ▾`));
    const [x, low] = [centre(here), value < 0 ? BELOW.zero + BELOW.reach : BELOW.zero - BELOW.reach];
    parts.push(el("line", { class: "is-here", x1: x, x2: x, y1: TOP.zero, y2: BELOW.zero + BELOW.reach }));
    parts.push(write(across(x, 30), low + (value < 0 ? 16 : -4), signed(value, 2), "middle", "is-value"));
    svg.setAttribute("width", width());
    svg.setAttribute("aria-label", `Rewards and returns of ${n} steps; the return of step ${here + 1} is ${signed(value, 2)}`);
    svg.replaceChildren(...parts);

    const steps = gamma === 1 ? Infinity : gamma === 0 ? 0 : Math.log(0.5) / Math.log(gamma);
    half.textContent =
      steps === Infinity ? "With γ = 1 a reward never fades: every step before it gets all of it."
      : steps < 1 ? `With γ = ${gamma.toFixed(2)} the step right before a reward already gets less than half of it.`
      : `With γ = ${gamma.toFixed(2)} a reward is worth half ${Math.round(steps)} ${Math.round(steps) === 1 ? "step" : "steps"} earlier.`;
    if (play.playing()) return;
    const what = marks[here] ? ` (${marks[here]})` : "";
    const next = rewards.findIndex((reward, i) => reward && i >= here);
    const far = next < 0 ? "no reward follows" : next === here ? `its reward is ${signed(rewards[here], 0)}` : `${next - here} before a reward of ${signed(rewards[next], 0)}`;
    say(`Step ${here + 1}${what}, ${far}: return ${signed(value, 2)}. The sum ${modes[mode]}.`);
  }

  const resized = new ResizeObserver(draw);
  resized.observe(root);
  draw();
  ready();
  return () => (play.stop(), resized.disconnect());
}

export default { render };
