// A panel around the training of a language model: its perplexities, and sliders for rate, clipping, keep.
import { KEEPS, perplexityPanel } from "./perplexity_panel.js";

const NORMS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 100, 1000];

function render({ model, el: host }) {
  const keeps = Object.keys(model.get("keep")).sort();
  const settings = [
    ["max_grad_norm", "Longest gradient", NORMS],
    ...keeps.map((name) => ["keep", `Keep of ${name}`, KEEPS, name]),
  ];
  return perplexityPanel(model, host, "language-panel", settings, { unseen: "a text that isn't trained on" });
}

export default { render };
