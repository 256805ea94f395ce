// An agent that learns: the game as it is played, and the reward.
import { curves, key, lastOf, lookBack, panel } from "./panel.js";
import { el, toBytes } from "./shared.js";

function render({ model, el: host }) {
  const running = () => model.get("status") === "running";
  const plot = curves(model, ["episode", "reward"], 220, { reward: "is-other", mean_reward: "is-chosen" }, (low, high) => [Math.min(low, 0), Math.max(high, 0)]);
  const legend = el("p", { class: "lbl-note" }, key("is-chosen", " mean of the last 100 episodes "), key("is-other", " mean of one update"));
  const game = el("img", { class: "lbl-picture lbl-game", alt: "" });
  const film = lookBack(model, "Look back: picture", (at) => `${at}`, ({ at, picture }) =>
    show(picture, `Picture ${at} of the last ${model.get("looks").length} of the game`),
  );
  const watched = el("div", {}, el("figure", {}, el("figcaption", {}, "The first of the games that are played."), game), film.root);
  const now = (name) => lastOf(model, name)?.toFixed(2).replace("-", "−") ?? "nothing yet";

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

  return panel(model, host, "policy-panel", {
    step: "Step (one update)",
    parts: [el("div", { class: "lbl-columns" }, watched, el("div", {}, plot.root, legend))],
    draw() {
      plot.draw(`Reward by episode: mean of the last 100 ${now("mean_reward")}, of the last update ${now("reward")}`);
      drawFrame();
      film.root.hidden = true;
      if (!running()) film.draw(); // the pictures to look back at come when training stops
    },
    told: () =>
      `After ${lastOf(model, "episode")} episodes: mean reward of the last 100 is ${now("mean_reward")}, of the last update ${now("reward")}.`,
    on: { frame: drawFrame },
  });
}

export default { render };
