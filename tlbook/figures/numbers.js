// How numbers are printed.

// A probability: one decimal, and never a 0 for what is only small.
export const percent = (p) => (p >= 0.0005 ? `${(100 * p).toFixed(1)}\u00a0%` : p > 0 ? "<\u00a00.1\u00a0%" : "0");

export const wholePercent = (p) => `${(100 * p).toFixed(0)}\u00a0%`;

export const signed = (v, digits = 3) => `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(digits)}`;

// With a real minus sign, and no minus before a zero.
export const number = (v, digits = 2) => v.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");

// Natural logarithms.
export const nats = (v) => number(v);

// The age of an agent, in episodes.
export const ageName = (age) => (age === 0 ? "before training" : `${age.toLocaleString("en")} episodes`);
