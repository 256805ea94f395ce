// A panel around an agent that learns. Python trains and plays; here are the picture, the curve and
// the controls. On a page without a kernel the recorded curve and the last pictures remain.
import { chart, range } from "./chart.js";
import { toBytes, el, figure, slider } from "./shared.js";
import { steering } from "./steered.js";

const RATES = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1];
const GAMMAS = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1];
const BATCHES = [1, 2, 5, 10, 20, 50];

function render({ model, el: host }) {
  const controls = steering(model, "Step (one update)", [
    ["learning_rate", "Learning rate", RATES],
    ["gamma", "Discount γ", GAMMAS],
    ["batch_size", "Episodes an update", BATCHES],
  ]);
  const running = () => model.get("status") === "running";
  const plot = chart("episode", 220);
  const legend = el(
    "p",
    { class: "lbl-note" },
    el("span", { class: "lbl-key is-chosen" }), " mean of the last 100 episodes ",
    el("span", { class: "lbl-key is-other" }), " mean of one update",
  );
  const game = el("img", { class: "lbl-picture lbl-game", alt: "" });
  const at = slider("Look back: picture", { min: 0, max: 0, step: 1, value: 0 }, (i) => `${i + 1}`, drawFilm);
  const watched = el("div", {}, el("figure", {}, el("figcaption", {}, "The first of the games that are played."), game), at.root);
  const { say, ready } = figure(
    host,
    "policy-panel",
    model.get("title"),
    controls.root,
    el("div", { class: "lbl-columns" }, watched, el("div", {}, plot.root, legend)),
  );

  function show(png, words) {
    const old = game.src;
    game.src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
    game.alt = words;
    if (old) URL.revokeObjectURL(old);
  }

  function drawFrame() {
    const png = toBytes(model.get("frame"));
    watched.hidden = !png.length;
    if (png.length && running()) show(png, "The game while the agent learns");
  }

  function drawFilm(i) {
    const lengths = model.get("film_lengths");
    if (!lengths.length) return;
    const start = lengths.slice(0, i).reduce((a, b) => a + b, 0);
    const png = toBytes(model.get("film")).slice(start, start + lengths[i]);
    show(png, `Picture ${i + 1} of the last ${lengths.length} of the game`);
  }

  // The pictures to look back at come when training stops.
  function drawPictures() {
    const last = model.get("film_lengths").length - 1;
    at.root.hidden = running() || last < 1;
    drawFrame();
    if (running() || last < 0) return;
    at.input.max = last;
    at.set(last);
    drawFilm(last);
  }

  function drawCurve() {
    const { episode, reward, mean_reward: mean } = model.get("history");
    const last = episode.length - 1;
    const now = (values) => (last < 0 ? "nothing yet" : values[last].toFixed(2).replace("-", "−"));
    const [low, high] = range([reward, mean]);
    plot.draw({
      label: `Reward by episode: mean of the last 100 ${now(mean)}, of the last update ${now(reward)}`,
      yLabel: "reward",
      x: [0, Math.max(1, ...episode)],
      y: [Math.min(low, 0), Math.max(high, 0)],
      series: [
        { x: episode, y: reward, class: "is-other" },
        { x: episode, y: mean, class: "is-chosen" },
      ],
    });
    if (last < 0) return say("Nothing learned yet.");
    if (running() && last % 10) return; // don't talk all the time
    say(`After ${episode[last]} episodes: mean reward of the last 100 is ${now(mean)}, of the last update ${now(reward)}.`);
  }

  function drawStatus() {
    controls.draw();
    drawPictures();
    if (!running()) drawCurve();
  }

  const off = controls.on({
    history: drawCurve,
    frame: drawFrame,
    film_lengths: drawPictures,
    status: drawStatus,
    message: controls.draw,
  });
  drawCurve();
  drawStatus();
  ready();
  return off;
}

export default { render };
