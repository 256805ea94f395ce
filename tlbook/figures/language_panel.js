// A language model that is trained: its perplexities.
import { perplexityPanel } from "./perplexity_panel.js";

function render({ model, el: host }) {
  return perplexityPanel(model, host, "language-panel", { unseen: "a text that isn't trained on" });
}

export default { render };
