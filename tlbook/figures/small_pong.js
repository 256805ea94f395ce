// A small Pong: the twin of tlbook/small_pong.py, rule for rule. Integers and one generator of
// random numbers: equal seeds and equal actions give equal games in both.
export const [WIDTH, HEIGHT, BALL] = [640, 400, 16]; // of the court and the ball; y grows downwards
export const [PADDLE, THICK, FACE] = [72, 16, 32]; // length, thickness, distance of its front from the wall
export const [STRIDE, SLOW, FAST] = [10, 12, 28]; // of a paddle in a step; vx of a serve, and its limit
export const [LEFT, RIGHT] = [0, 1];
export const [STAY, UP, DOWN] = [0, 1, 2];

// Marsaglia's 32-bit xorshift. below(n) draws from 0 .. n-1.
export class XorShift {
  constructor(seed) {
    this.state = Math.imul(seed + 1, 2654435769) >>> 0 || 1;
  }
  below(n) {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return (this.state >>> 8) % n;
  }
}

export class SmallPong {
  constructor(points = 5) {
    this.points = points;
  }

  reset(seed) {
    if (seed !== undefined) this.random = new XorShift(seed);
    this.paddles = [(HEIGHT - PADDLE) / 2, (HEIGHT - PADDLE) / 2]; // y of their upper ends
    this.score = [0, 0];
    this.serve();
  }

  // The ball in the middle, at a random height, with a random direction.
  serve() {
    this.x = (WIDTH - BALL) / 2;
    this.y = 50 + this.random.below(HEIGHT - BALL - 99);
    this.vx = this.random.below(2) ? SLOW : -SLOW;
    this.vy = this.random.below(17) - 8;
  }

  get over() {
    return Math.max(...this.score) >= this.points;
  }

  // What one side sees, six numbers within [-1, 1]: ball x, y, its speeds, own paddle, other paddle.
  // Both sides see themselves on the right.
  observe(side = RIGHT) {
    const sign = side === RIGHT ? 1 : -1;
    const middle = (HEIGHT - PADDLE) / 2;
    return Float32Array.of(
      (sign * (this.x + BALL / 2 - WIDTH / 2)) / (WIDTH / 2),
      (this.y + BALL / 2 - HEIGHT / 2) / (HEIGHT / 2),
      (sign * this.vx) / FAST,
      this.vy / FAST,
      (this.paddles[side] - middle) / middle,
      (this.paddles[1 - side] - middle) / middle,
    );
  }

  // The action of a player that follows the ball in `strength` of 100 steps.
  scripted(side, strength) {
    const awake = this.random.below(100) < strength;
    const comes = side === RIGHT ? this.vx > 0 : this.vx < 0;
    const distance = this.y + BALL / 2 - this.paddles[side] - PADDLE / 2;
    if (!awake || !comes || Math.abs(distance) < STRIDE) return STAY;
    return distance < 0 ? UP : DOWN;
  }

  // Both paddles move, then the ball. Returns 1 for a point of the right side, -1 of the left, else 0.
  // After a point the ball stays where it left the court, until serve().
  move(left, right) {
    [left, right].forEach((action, side) => {
      const y = this.paddles[side] + [0, -STRIDE, STRIDE][action];
      this.paddles[side] = Math.min(Math.max(y, 0), HEIGHT - PADDLE);
    });
    const before = this.x;
    this.x += this.vx;
    this.y += this.vy;
    const low = HEIGHT - BALL;
    if (this.y < 0 || this.y > low) {
      this.y = this.y < 0 ? -this.y : 2 * low - this.y;
      this.vy = -this.vy;
    }
    const far = WIDTH - FACE - BALL;
    if (this.x < FACE && FACE <= before && this.hits(LEFT)) {
      this.x = 2 * FACE - this.x;
      this.turn(LEFT);
    } else if (this.x > far && far >= before && this.hits(RIGHT)) {
      this.x = 2 * far - this.x;
      this.turn(RIGHT);
    }
    if (this.x > 0 && this.x < WIDTH - BALL) return 0;
    const winner = this.x <= 0 ? RIGHT : LEFT;
    this.x = Math.min(Math.max(this.x, 0), WIDTH - BALL);
    this.score[winner] += 1;
    return winner === RIGHT ? 1 : -1;
  }

  hits(side) {
    return this.paddles[side] - BALL < this.y && this.y < this.paddles[side] + PADDLE;
  }

  // The ball turns round: quicker, and the steeper the farther from the paddle's middle.
  turn(side) {
    const speed = Math.min(Math.abs(this.vx) + 1, FAST);
    this.vx = side === LEFT ? speed : -speed;
    const offset = this.y + BALL / 2 - this.paddles[side] - PADDLE / 2;
    this.vy = Math.floor((Math.abs(offset) * 5) / 8) * (offset > 0 ? 1 : -1);
  }
}
