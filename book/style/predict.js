/* Predictions: a box "Predict" with a list of choices and a folded answer, answered by a click.

   `:class: predict answer-2` says which choice is right. The choices become buttons; a click commits
   the reader, says whether it was right, and unfolds the answer. With `veil`, the output of the next
   cell stays under a veil until then. Without scripts the box is a list and a fold. */
(function () {
  "use strict";

  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };
  const hidden = (text) => make("span", { class: "visually-hidden" }, text);
  const cells = [...document.querySelectorAll(".bd-article div.cell")];

  // Veil the output of the first cell behind `box`; return what lifts the veil.
  function veil(box) {
    const behind = (cell) => box.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING;
    const output = cells.find(behind)?.querySelector(".cell_output");
    if (!output) return () => {};
    const button = make("button", { type: "button", class: "predict-lift" }, "Predict first, or show this now");
    const lift = () => {
      if (document.activeElement === button) {
        output.tabIndex = -1; // the next Tab goes on from here
        output.focus();
      }
      output.classList.remove("is-veiled");
      button.remove();
    };
    button.addEventListener("click", lift);
    output.classList.add("is-veiled");
    output.prepend(button);
    return lift;
  }

  for (const box of document.querySelectorAll(".admonition.predict")) {
    const right = [...box.classList].map((name) => /^answer-(\d+)$/.exec(name)?.[1]).find(Boolean) - 1;
    const list = box.querySelector(":scope > ol");
    const answer = box.querySelector(":scope > details");
    const lift = box.classList.contains("veil") ? veil(box) : () => {};
    answer?.addEventListener("toggle", () => answer.open && lift());
    if (!list || !list.children[right]) continue;

    const verdict = make("p", { class: "predict-verdict", role: "status" });
    const buttons = [...list.children].map((item, i) => {
      const button = make("button", { type: "button", "aria-pressed": "false" });
      for (const part of [...item.childNodes]) {
        // A button may hold words and formulas, but no paragraphs.
        button.append(...(part.nodeName === "P" ? part.childNodes : [part]));
      }
      button.addEventListener("click", () => commit(i));
      item.replaceChildren(button);
      return button;
    });
    list.classList.add("predict-choices");
    list.after(verdict);

    function commit(chosen) {
      if (buttons[chosen].getAttribute("aria-disabled")) return;
      buttons[chosen].setAttribute("aria-pressed", "true");
      for (const button of buttons) button.setAttribute("aria-disabled", "true"); // keeps the focus
      buttons[right].classList.add("is-right");
      buttons[right].append(hidden(" (right)"));
      if (chosen !== right) buttons[chosen].classList.add("is-wrong");
      const no = `You predicted ${chosen + 1}; the answer is ${right + 1}.`;
      verdict.textContent = chosen === right ? `Yes, ${right + 1} it is.` : no;
      lift();
      if (answer) answer.open = true;
    }
  }
})();
