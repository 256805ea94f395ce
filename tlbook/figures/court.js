// What a reader sees and moves in a game of small Pong: the court, and the hand on the paddle.
import { el } from "./shared.js";
import { WIDTH, HEIGHT, BALL, PADDLE, THICK, FACE, STRIDE, LEFT, RIGHT, STAY, UP, DOWN } from "./small_pong.js";

// Court, paddles and ball as SVG, so that the theme's colours apply.
export function courtPicture() {
  const box = (name, w, h) => el("path", { class: name, d: `M0,0h${w}v${h}h${-w}z` });
  const [you, agent] = [box("is-you", THICK, PADDLE), box("is-agent", THICK, PADDLE)];
  const ball = box("is-ball", BALL, BALL);
  const net = el("line", { class: "is-net", x1: WIDTH / 2, x2: WIDTH / 2, y1: 6, y2: HEIGHT });
  const svg = el("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" }, net, you, agent, ball);
  const at = (node, x, y) => node.setAttribute("transform", `translate(${x} ${y})`);
  const draw = ({ x, y, paddles }) => {
    at(you, FACE - THICK, paddles[LEFT]);
    at(agent, WIDTH - FACE, paddles[RIGHT]);
    at(ball, x, y);
  };
  return { svg, draw };
}

// What a moment of the game looks like; mix(a, b, t) lies between two of them.
export const look = (game) => ({ x: game.x, y: game.y, paddles: [...game.paddles] });
export const mix = (a, b, t) => {
  const between = (p, q) => p + (q - p) * t;
  return { x: between(a.x, b.x), y: between(a.y, b.y), paddles: a.paddles.map((p, i) => between(p, b.paddles[i])) };
};

// What the reader asks of the left paddle: keys that are down, the last one first, or a height.
export function paddleControl() {
  const names = { ArrowUp: UP, w: UP, W: UP, ArrowDown: DOWN, s: DOWN, S: DOWN };
  let held = [];
  let target = null;
  return {
    names,
    press: (key) => ((held = [names[key], ...held.filter((a) => a !== names[key])]), (target = null)),
    release: (key) => (held = held.filter((a) => a !== names[key])),
    clear: () => ((held = []), (target = null)),
    aim: (y) => (target = y),
    action(paddle) {
      if (target === null) return held[0] ?? STAY;
      const distance = target - paddle - PADDLE / 2;
      return Math.abs(distance) <= STRIDE / 2 ? STAY : distance < 0 ? UP : DOWN;
    },
  };
}
