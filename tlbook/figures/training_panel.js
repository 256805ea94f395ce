// A classifier that is trained: its loss and accuracy, and the filters of its first layer.
import { curves, key, lastOf, lookBack, panel } from "./panel.js";
import { el, mosaic, picture } from "./shared.js";

function render({ model, el: host }) {
  const loss = curves(model, ["epoch", "loss"], 200, { train_loss: "is-chosen", val_loss: "is-other" }, (_, high) => [0, high]);
  const accuracy = curves(model, ["epoch", "validation accuracy"], 200, { val_acc: "is-other" }, (low) => [low, 1]);
  const legend = el("p", { class: "lbl-note" }, key("is-chosen", " training (dropout on) "), key("is-other", " validation"));
  const canvas = picture("", "is-square");
  const epochs = (epoch) => `${+epoch.toFixed(2)}`;
  const filters = lookBack(model, "Filters at epoch", epochs, drawFilters, canvas);
  const now = (name) => lastOf(model, name)?.toFixed(4) ?? "nothing yet";

  function drawFilters({ at, shape: [n, height, width], picture: greys }) {
    mosaic(canvas, n, [height, width], Math.ceil(Math.sqrt(n)), (f, r, c) => greys[(f * height + r) * width + c]);
    canvas.setAttribute("aria-label", `${n} filters of the first layer after ${epochs(at)} epochs`);
  }

  return panel(model, host, "training-panel", {
    step: `Step (${model.get("report_steps")} batches)`,
    parts: [el("div", { class: "lbl-columns" }, el("div", {}, loss.root, legend), accuracy.root), filters.root],
    draw() {
      loss.draw(`Loss by epoch: training ${now("train_loss")}, validation ${now("val_loss")}`);
      accuracy.draw(`Validation accuracy by epoch: ${now("val_acc")}`);
      filters.draw();
    },
    told: () =>
      `Epoch ${epochs(lastOf(model, "epoch"))}: training loss ${now("train_loss")}, validation accuracy ${now("val_acc")}.`,
  });
}

export default { render };
