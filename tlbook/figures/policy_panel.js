// An agent that learns: the game as it is played, and the reward.
import { curves, key, lastOf, lookBack, panel } from "./panel.js";
import { el, picture, toBytes } from "./shared.js";

function render({ model, el: host }) {
  const running = () => model.get("status") === "running";
  const plot = curves(model, ["episode", "reward"], 220, { reward: "is-other", mean_reward: "is-chosen" }, (low, high) => [Math.min(low, 0), Math.max(high, 0)]);
  const legend = el("p", { class: "lbl-note" }, key("is-chosen", " mean of the last 100 episodes "), key("is-other", " mean of one update"));
  const game = picture("", "lbl-game");
  const film = lookBack(model, "Look back: picture", (at) => `${at}`, ({ at, picture: png }) =>
    show(png, `Picture ${at} of the last ${model.get("looks").length} of the game`),
  );
  const watched = el("div", {}, el("figure", {}, el("figcaption", {}, "The first of the games that are played."), game), film.root);
  const now = (name) => lastOf(model, name)?.toFixed(2).replace("-", "−") ?? "nothing yet";

  // Decoded here: a strict web server would refuse an <img> that isn't one of its files.
  async function show(png, words) {
    game.setAttribute("aria-label", words);
    const image = await createImageBitmap(new Blob([png], { type: "image/png" }));
    if (game.getAttribute("aria-label") !== words) return; // another one is to be seen by now
    [game.width, game.height] = [image.width, image.height];
    game.getContext("2d").drawImage(image, 0, 0);
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
