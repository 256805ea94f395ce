// Games of an agent at several ages: choose the age, move or play through the moments.
import { chart } from "./chart.js";
import { divergingMosaic, divergingLegend } from "./diverging.js";
import { loader } from "./load.js";
import { wholePercent, signed, ageName } from "./numbers.js";
import { readReplays } from "./replay_data.js";
import { el, capital, figure, slider, choice, picture, mosaic, table, player, barRow } from "./shared.js";

function render({ model, el: host }) {
  const ages = model.get("ages");
  const names = model.get("actions");
  const gamma = model.get("gamma");
  let replays = null;
  let age = ages.length - 1;

  const games = loader(model, "the games", (file) => {
    replays = readReplays(file, gamma);
    body.hidden = false;
    choose(age);
    // A ball crosses the court in 35 moments: begin where it comes to the agent for the last time.
    at.set(Math.max(0, replays[age].rewards.findIndex((reward) => reward !== 0) - 40));
    draw();
  });
  const which = choice("Age of the agent", ages.map((_, i) => i), age, (i) => ageName(ages[i]), choose);
  const at = slider("Moment", { min: 0, max: 1, step: 1, value: 0 }, (i) => `${i + 1}`, () => (play.stop(), draw()));
  // At the game's own speed: a moment is 4 of its 60 frames a second.
  const play = player({
    pace: 1000 / 15,
    slow: 1500,
    begin: () => +at.input.value === +at.input.max && at.set(0),
    step,
    changed: draw,
  });
  const point = el("button", { type: "button", onclick: nextPoint }, "To the next point");
  const game = picture("", "is-square");
  const seen = picture("", "is-square");
  const legend = divergingLegend("Difference: gone", "new");
  const score = el("p", { class: "lbl-score" });
  const rows = names.map((name) => {
    const [parts, mark] = [barRow(name), el("td")];
    parts.row.append(mark);
    return { ...parts, mark };
  });
  const answers = el("tbody", {}, ...rows.map(({ row }) => row));
  const bars = table({ class: "lbl-bars lbl-actions" }, "What the policy answers", [], answers);
  const plot = chart("moment", 200);
  const keys = el(
    "p",
    { class: "lbl-note" },
    el("span", { class: "lbl-key is-chosen" }), ` discounted reward (γ = ${gamma}) `,
    el("span", { class: "lbl-key is-other" }), " reward ",
    el("span", { class: "lbl-key is-pinned" }), " this moment",
  );
  const body = el(
    "div",
    { hidden: "" },
    which,
    el("div", { class: "lbl-row" }, at.root, play.button, point),
    score,
    el(
      "div",
      { class: "lbl-pair" },
      el("figure", {}, el("figcaption", {}, "The game, as the agent sees it. The agent is on the right."), game),
      el("figure", {}, el("figcaption", {}, "The difference to the frame before: this goes into the network."), seen),
    ),
    legend.root,
    bars,
    plot.root,
    keys,
  );
  const { say, ready } = figure(host, "replays", model.get("title"), games.root, body);

  function choose(i) {
    play.stop();
    age = i;
    at.input.max = replays[age].frames.length - 1;
    at.set(0);
    draw();
  }

  function draw() {
    const replay = replays[age];
    const i = +at.input.value;
    const [height, width] = replay.shape;
    const p = replay.probabilities[i];
    const played = replay.actions[i];
    const value = replay.discounted[i];
    const reward = replay.rewards[i];
    // The greys from black to white, and small differences lifted, so that the paddles are well seen.
    const span = Math.max(replay.brightest - replay.darkest, 1);
    const grey = (r, c) => (255 * (replay.frames[i][r * width + c] - replay.darkest)) / span;
    const lifted = (v) => Math.sign(v) * Math.sqrt(Math.abs(v) / replay.largest);
    mosaic(game, 1, replay.shape, 1, (_, r, c) => grey(r, c));
    divergingMosaic(seen, 1, replay.shape, 1, (_, r, c) => lifted(replay.differences[i][r * width + c]));
    const changed = replay.differences[i].reduce((n, v) => n + (v !== 0), 0);
    game.setAttribute("aria-label", `The game at moment ${i + 1}: ${width} by ${height} pixels`);
    seen.setAttribute("aria-label", `The difference: ${changed} of ${width * height} pixels have changed`);
    rows.forEach(({ bar, number, mark, row }, a) => {
      bar.style.width = `${100 * p[a]}%`;
      number.textContent = wholePercent(p[a]);
      mark.textContent = a === played ? "drawn" : "";
      row.className = a === played ? "is-best" : "";
    });
    const [us, them] = replay.score[i];
    score.textContent = `Agent ${us} : ${them} opponent`;
    const moments = replay.rewards.map((_, j) => j + 1);
    plot.draw({
      label: `Discounted reward by moment, from −1 to 1; at moment ${i + 1} it is ${signed(value, 2)}`,
      yLabel: "reward",
      x: [1, moments.length],
      y: [-1, 1],
      series: [
        { x: moments, y: replay.rewards, class: "is-other" },
        { x: moments, y: replay.discounted, class: "is-chosen" },
        { x: [i + 1, i + 1], y: [-1, 1], class: "is-pinned" },
      ],
    });
    if (play.playing()) return; // silent while it plays
    const chances = names.map((name, a) => `${name} ${wholePercent(p[a])}`).join(", ");
    const now = reward > 0 ? " The agent scores." : reward < 0 ? " The opponent scores." : "";
    say(
      `${capital(ageName(ages[age]))}, moment ${i + 1} of ${moments.length}: ${chances}; drawn: ${names[played]}. ` +
        `Discounted reward ${signed(value, 2)}.${now} Agent ${us}, opponent ${them}.`,
    );
  }

  function nextPoint() {
    play.stop();
    const { rewards } = replays[age];
    const next = rewards.findIndex((reward, i) => reward !== 0 && i > +at.input.value);
    at.set(next < 0 ? rewards.findIndex((reward) => reward !== 0) : next); // after the last, the first
    draw();
  }

  function step() {
    at.set(+at.input.value + 1);
    draw();
    if (+at.input.value === +at.input.max) play.stop();
  }

  say(`Games of the agent at ${ages.length} ages: ${ages.map(ageName).join(", ")}. Not loaded yet.`);
  ready();
  return play.stop;
}

export default { render };
