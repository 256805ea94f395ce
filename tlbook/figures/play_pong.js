// Play Pong: the reader against the agent, whose probabilities and input are shown as it plays.
import { courtPicture, look, mix, paddleControl } from "./court.js";
import { unpack } from "./load.js";
import { dense } from "./nets.js";
import { softmax } from "./products.js";
import { el, uniqueId, figure, table, barRow, still } from "./shared.js";
import { WIDTH, HEIGHT, BALL, PADDLE, LEFT, RIGHT, XorShift, SmallPong } from "./small_pong.js";

const SPEEDS = { slow: 20, normal: 30, fast: 45 }; // steps per second
const SERVE_PAUSE = 0.7; // seconds from a point to the next serve
const ACTIONS = ["stay", "up", "down"];
const INPUTS = ["ball, across", "ball, down", "ball's speed across", "ball's speed down", "its paddle", "your paddle"];

// W1, b1, W2, b2, ... of each agent, one after the other.
function readAgents(model) {
  const arrays = Object.values(unpack(model.get("weights")));
  return model.get("agents").map(({ name, n_arrays: n }) => ({ name, arrays: arrays.splice(0, n) }));
}

// The policy: dense layers with relu, and the softmax of the last one.
function policy(arrays, observation) {
  let x = observation;
  for (let i = 0; i < arrays.length; i += 2) {
    x = dense(x, arrays[i], arrays[i + 1], i + 2 < arrays.length ? "relu" : "linear");
  }
  return softmax(x);
}

// A row of numbers with bars: from 0 to 1, or from -1 to 1 around the middle.
function liveTable(caption, names, around) {
  const rows = names.map(barRow);
  const root = table({ class: "lbl-bars lbl-live" }, caption, [], el("tbody", {}, ...rows.map(({ row }) => row)));
  const draw = (values, best = -1) => {
    rows.forEach(({ row, bar, number }, i) => {
      const v = values[i];
      row.className = i === best ? "is-best" : "";
      bar.style.width = `${(around ? 50 : 100) * Math.abs(v)}%`;
      if (around) bar.style.left = `${50 * (1 + Math.min(v, 0))}%`;
      number.textContent = around ? v.toFixed(2).replace("-", "−") : `${(100 * v).toFixed(0)} %`;
    });
  };
  return { root, draw };
}

// A labelled list to choose from.
function select(label, options, value, onchange) {
  const items = options.map((text, i) => el("option", { value: i }, text));
  const input = el("select", { onchange: () => onchange(+input.value) }, ...items);
  input.value = value;
  return { root: el("label", { class: "lbl-select" }, label, input), input };
}

function render({ model, el: host }) {
  const agents = readAgents(model);
  const seed = model.get("seed");
  const anySeed = () => Math.floor(Math.random() * 2 ** 32);
  const game = new SmallPong(model.get("points"));
  const hand = paddleControl();
  let [level, greedy, speed, stepwise] = [0, false, SPEEDS.normal, still()];
  let [running, ending] = [false, false];
  let dice; // for the agent's actions, apart from the game's own
  let answer; // what the agent will do in the next step
  let before; // the moment before the last step
  let pause; // seconds to wait until the next serve
  let mustServe;

  // Parts.
  const hintId = uniqueId();
  const view = courtPicture();
  const court = el(
    "div",
    { class: "lbl-court", tabindex: 0, role: "application", "aria-label": "Court; your paddle is on the left", "aria-describedby": hintId },
    view.svg,
  );
  const hint = el("p", { id: hintId, class: "lbl-note" });
  const score = el("output", { "aria-label": "Score", "aria-live": "off" });
  const points = el(
    "p",
    { class: "lbl-points" },
    el("span", {}, el("i", { class: "is-you" }), "You"), score, el("span", {}, "Agent", el("i", { class: "is-agent" })),
  );
  const button = (text, onclick) => el("button", { type: "button", onclick }, text);
  const start = button("Start", toggle);
  const restart = button("New game", () => (stop(), reset(), say("A new game: 0 to 0.")));
  const step = button("Step", () => stepOnce());
  const mode = el("input", { type: "checkbox", onchange: () => (stop(), (stepwise = mode.checked), label()) });
  mode.checked = stepwise;
  const levels = select("Agent", agents.map((a) => a.name), level, (i) => ((level = i), think()));
  const speeds = select("Speed", Object.keys(SPEEDS), 1, (i) => (speed = Object.values(SPEEDS)[i]));
  const ways = select("Its action is", ["drawn", "the likeliest"], 0, (i) => ((greedy = i === 1), think()));
  const answers = liveTable("What the agent answers (bold: what it does next)", ACTIONS, false);
  const inputs = liveTable("What the agent sees", INPUTS, true);
  const { root, status, say, ready } = figure(
    host,
    "play-pong",
    model.get("title"),
    el("div", { class: "lbl-row" }, levels.root, speeds.root, ways.root),
    el("div", { class: "lbl-row" }, start, step, restart, el("label", {}, mode, " step by step")),
    points,
    court,
    hint,
    el("div", { class: "lbl-columns" }, answers.root, inputs.root),
  );
  court.after(status);

  // The agent looks, and chooses what it will do in the next step.
  function think() {
    const observation = game.observe(RIGHT);
    const probabilities = policy(agents[level].arrays, observation);
    answer = probabilities.indexOf(Math.max(...probabilities));
    if (!greedy) {
      let left = dice.below(65536) / 65536;
      answer = probabilities.findIndex((p) => (left -= p) < 0);
      if (answer < 0) answer = ACTIONS.length - 1; // rounding: probabilities add up to almost 1
    }
    answers.draw(probabilities, answer);
    inputs.draw(observation);
    root.dataset.probabilities = [...probabilities].join(" "); // all digits, for the tests
  }

  function reset() {
    game.reset(seed ?? anySeed());
    dice = new XorShift(seed ?? anySeed());
    [pause, mustServe, ending] = [SERVE_PAUSE, false, false];
    before = look(game);
    hand.clear();
    root.dataset.steps = 0;
    think();
    draw(1);
    label();
  }

  function serve() {
    game.serve();
    mustServe = false;
    before = look(game);
    think();
  }

  // One step of the game. A step after a point serves.
  function advance() {
    if (mustServe) serve();
    before = look(game);
    const point = game.move(hand.action(game.paddles[LEFT]), answer);
    root.dataset.steps = +root.dataset.steps + 1;
    think();
    if (!point) return;
    const [you, agent] = game.score;
    const result = `${you} to ${agent}`;
    [mustServe, pause] = [true, SERVE_PAUSE];
    ending = game.over;
    if (ending) say(`${you > agent ? "You win" : "The agent wins"}, ${result}. “New game” plays again.`, 0);
    else say(`Point for ${point < 0 ? "you" : "the agent"}: ${result}.`, 0);
    if (ending) stop();
  }

  function draw(t) {
    view.draw(mix(before, look(game), t));
    score.textContent = `${game.score[LEFT]} : ${game.score[RIGHT]}`;
  }

  function label() {
    start.textContent = running ? "Pause" : ending ? "Play again" : "Start";
    start.disabled = stepwise;
    step.disabled = !stepwise || ending;
    court.classList.toggle("is-running", running);
    root.dataset.running = running;
    hint.textContent = stepwise
      ? "Each key is one step: arrow up or W, arrow down or S, Space to stay. With a finger or a mouse: point at the court, then press Step."
      : "Move with the arrow keys, with W and S, or with a finger or the mouse on the court. Space starts and pauses.";
  }

  // The clock: whole steps of the game, and between them the picture moves on.
  let [frame, last, late] = [0, 0, 0];
  function tick(now) {
    const passed = Math.min((now - last) / 1000, 0.1); // a slow page slows the game; it skips nothing
    last = now;
    if (pause > 0) pause -= passed;
    else late += passed * speed;
    while (late >= 1 && running && pause <= 0) {
      late -= 1;
      advance();
    }
    if (pause > 0) late = 0;
    if (mustServe && !ending && pause < SERVE_PAUSE / 2) serve(); // first see where it went
    draw(running && pause <= 0 ? late : 1);
    if (running) frame = requestAnimationFrame(tick);
  }
  function toggle() {
    if (running) return stop("Paused.");
    if (stepwise) return;
    if (ending) reset();
    [running, last, late] = [true, performance.now(), 0];
    label();
    frame = requestAnimationFrame(tick);
  }
  function stop(words) {
    if (running && words) say(words);
    running = false;
    cancelAnimationFrame(frame);
    hand.clear();
    label();
  }
  function stepOnce() {
    if (ending || !stepwise) return;
    const scored = game.score.join();
    advance();
    draw(1);
    label();
    if (game.score.join() !== scored) return;
    const percent = (v) => `${Math.round(100 * v)} %`;
    const where = percent((game.x + BALL / 2) / WIDTH);
    const height = percent((game.y + BALL / 2) / HEIGHT);
    const own = percent((game.paddles[LEFT] + PADDLE / 2) / HEIGHT);
    say(`The ball ${game.vx < 0 ? "comes" : "goes"}: ${where} across, ${height} down. Your paddle: ${own} down.`);
  }

  // Keys, while the focus is on the court or a button. Lists and the box keep theirs.
  root.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("select, input")) return;
    if (key in hand.names) {
      hand.press(key);
      if (stepwise) stepOnce();
    } else if (key === " " && target === court) {
      if (stepwise) (hand.clear(), stepOnce());
      else if (!event.repeat) toggle();
    } else return;
    event.preventDefault(); // the page doesn't scroll
  });
  root.addEventListener("keyup", ({ key }) => hand.release(key));
  root.addEventListener("focusout", ({ relatedTarget }) => root.contains(relatedTarget) || hand.clear());

  // Mouse and touch: the paddle follows the pointer, as fast as it can. A click on a waiting court starts.
  const aim = (event) => {
    const box = court.getBoundingClientRect();
    hand.aim(((event.clientY - box.top) / box.height) * HEIGHT);
  };
  court.addEventListener("pointerdown", (event) => {
    if (running) court.setPointerCapture(event.pointerId);
    aim(event);
  });
  court.addEventListener("pointermove", (event) => running && aim(event));
  court.addEventListener("click", (event) => {
    if (running || stepwise) return;
    toggle();
    aim(event);
  });

  // Nobody plays a game that can't be seen.
  const hidden = () => document.hidden && stop("Paused.");
  document.addEventListener("visibilitychange", hidden);
  const seen = new IntersectionObserver((all) => all.at(-1).isIntersecting || stop("Paused: the court is out of sight."));
  seen.observe(court);

  reset();
  ready();
  return () => {
    stop();
    seen.disconnect();
    document.removeEventListener("visibilitychange", hidden);
  };
}

export default { render };
