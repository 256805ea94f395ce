// Push up what won: draw an action, get its reward, move the logits by the gradient of one episode.
import { chart } from "./chart.js";
import { signed, wholePercent } from "./numbers.js";
import { softmax } from "./products.js";
import { generator } from "./random.js";
import { el, barRow, figure, player, slider, table } from "./shared.js";

const MOST = 200; // episodes
const LENGTH = 0.3; // of a step: the learning rate

function render({ model, el: host }) {
  const [rewards, names] = [[-1, 1], ["up", "down"]];
  const best = rewards.indexOf(Math.max(...rewards));
  let seed = 1;
  let state; // { logits, random, last: { action, reward, push } or null, course: [probability of the best] }

  const shift = slider("Added to all rewards", { min: -10, max: 10, step: 1, value: 0 }, (v) => signed(v, 0), () => reset());
  const once = el("button", { type: "button", onclick: () => (play.stop(), episode(), draw()) }, "Play an episode");
  const play = player({ label: "Play many", pace: 60, slow: 400, begin: () => state.course.length > MOST && reset(), step: () => (episode(), draw()), changed: draw });
  const again = el("button", { type: "button", onclick: () => (seed++, reset()) }, "Start again");
  const rows = names.map((name) => {
    const [parts, reward, push] = [barRow(name), el("td"), el("td", { class: "lbl-push" })];
    parts.row.append(reward, push);
    return { ...parts, reward, push };
  });
  const policy = table({ class: "lbl-bars lbl-actions" }, "The policy", ["action", "probability", "", "reward", "pushed"], el("tbody", {}, ...rows.map(({ row }) => row)));
  const curve = chart("episode", 190);
  const { say, ready } = figure(
    host,
    "push-up",
    model.get("title"),
    el("div", { class: "lbl-row" }, once, play.button, again),
    shift.root,
    policy,
    curve.root,
  );

  function reset() {
    play.stop();
    state = { logits: names.map(() => 0), random: generator(seed), last: null, course: [1 / names.length] };
    draw();
  }

  // One draw, one reward, one step along its gradient of reward times log-probability.
  function episode() {
    if (state.course.length > MOST) return play.stop();
    const p = softmax(state.logits);
    let [action, left] = [0, state.random() - p[0]];
    while (left > 0 && action < p.length - 1) left -= p[++action];
    const reward = rewards[action] + +shift.input.value;
    const push = names.map((_, a) => LENGTH * reward * ((a === action ? 1 : 0) - p[a]));
    push.forEach((v, a) => (state.logits[a] += v));
    state.last = { action, reward, push };
    state.course.push(softmax(state.logits)[best]);
  }

  function draw() {
    const { logits, last, course } = state;
    const p = softmax(logits);
    rows.forEach(({ row, bar, number, reward, push }, a) => {
      number.textContent = wholePercent(p[a]);
      bar.style.width = `${100 * p[a]}%`;
      reward.textContent = signed(rewards[a] + +shift.input.value, 0);
      push.textContent = last ? `${last.push[a] < 0 ? "▼" : "▲"} ${signed(last.push[a], 2)}` : "";
      row.className = last?.action === a ? "is-now" : "";
    });
    const n = course.length - 1;
    curve.draw({
      label: `Probability of ${names[best]}, the better action, over ${n} episodes; now ${wholePercent(p[best])}`,
      yLabel: `probability of ${names[best]}`,
      x: [0, Math.max(n, 20)],
      y: [0, 1],
      series: [{ x: course.map((_, i) => i), y: course, class: "is-chosen" }],
    });
    once.disabled = n >= MOST;
    if (play.playing()) return;
    const chances = names.map((name, a) => `${name} ${wholePercent(p[a])}`).join(", ");
    say(last ? `Episode ${n}: drew ${names[last.action]}, reward ${signed(last.reward, 0)}. Now ${chances}.` : `Before the first episode: ${chances}.`);
  }

  reset();
  ready();
  return play.stop;
}

export default { render };
