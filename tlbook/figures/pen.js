// A pen for 28 x 28 pixels, and MNIST's way to lay out what it drew.
export const SIZE = 28;

// A soft, round pen of about two pixels, like the strokes of MNIST. It never darkens what is there.
// The eraser is one pixel wider, so that nothing of a stroke remains.
export function stamp(pixels, x, y, erase) {
  const reach = erase ? 2.7 : 1.7;
  for (let r = 0; r < SIZE; r++) {
    for (let c = 0; c < SIZE; c++) {
      const strength = 255 * Math.min(1, Math.max(0, reach - Math.hypot(c + 0.5 - x, r + 0.5 - y)));
      const i = r * SIZE + c;
      if (erase) pixels[i] = Math.min(pixels[i], Math.round(255 - strength));
      else pixels[i] = Math.max(pixels[i], Math.round(strength));
    }
  }
}

// A straight stroke, in small steps.
export function line(pixels, [x0, y0], [x, y], erase) {
  const n = Math.ceil(Math.hypot(x - x0, y - y0) / 0.4) || 1;
  for (let i = 1; i <= n; i++) stamp(pixels, x0 + ((x - x0) * i) / n, y0 + ((y - y0) * i) / n, erase);
}

// MNIST's digits fill a box of 20 pixels, and their centre of mass is the image's centre.
export function centre(pixels) {
  let [mass, x, y, left, right, top, bottom] = [0, 0, 0, SIZE, -1, SIZE, -1];
  pixels.forEach((v, i) => {
    if (v === 0) return;
    const [r, c] = [Math.floor(i / SIZE), i % SIZE];
    [mass, x, y] = [mass + v, x + v * c, y + v * r];
    [left, right] = [Math.min(left, c), Math.max(right, c)];
    [top, bottom] = [Math.min(top, r), Math.max(bottom, r)];
  });
  if (mass === 0) return pixels;
  let scale = Math.min(2, 20 / (Math.max(right - left, bottom - top) + 1));
  if (Math.abs(scale - 1) < 0.06) scale = 1;
  // Without scaling, whole pixels: a digit of MNIST then stays as it is.
  const round = scale === 1 ? Math.round : (v) => v;
  const [dx, dy] = [round(x / mass - SIZE / 2), round(y / mass - SIZE / 2)];
  const at = (r, c) => (r < 0 || c < 0 || r >= SIZE || c >= SIZE ? 0 : pixels[r * SIZE + c]);
  return pixels.map((_, i) => {
    const r = (Math.floor(i / SIZE) - SIZE / 2) / scale + SIZE / 2 + dy;
    const c = ((i % SIZE) - SIZE / 2) / scale + SIZE / 2 + dx;
    const [r0, c0] = [Math.floor(r), Math.floor(c)];
    const [fr, fc] = [r - r0, c - c0];
    return (
      (1 - fr) * ((1 - fc) * at(r0, c0) + fc * at(r0, c0 + 1)) +
      fr * ((1 - fc) * at(r0 + 1, c0) + fc * at(r0 + 1, c0 + 1))
    );
  });
}
