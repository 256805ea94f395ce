/* Small repairs to what the theme and Sphinx give. Each says what for. */
(function () {
  "use strict";

  // Some browsers take no font from a file on the disk: there it comes inside of its style sheet.
  if (location.protocol === "file:") {
    for (const sheet of document.querySelectorAll("link[href$='icons.css'], link[href*='math.css']")) {
      const inside = sheet.cloneNode();
      inside.href = sheet.href.replace(/_static\//, "_static/inline/").replace(/\?.*/, "");
      sheet.after(inside);
    }
  }

  // A page from the disk may not fetch others, so the search shows titles without an excerpt.
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }

  // The theme's button for the printer; what stood in its attribute, strict servers refuse.
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

  // The arrows that unfold the sidebar have no name of their own.
  for (const summary of document.querySelectorAll(".bd-sidebar-primary summary")) {
    const part = summary.closest("li")?.querySelector(":scope > a")?.textContent.trim();
    summary.setAttribute("aria-label", `Pages of ${part ?? "this part"}`);
  }

  // What scrolls sideways must be reachable from the keyboard, and only while it does scroll.
  const WIDE = {
    ".math-scroll": "Equation",
    "span.math": "Formula",
    ".pst-scrollable-table-container": "Table",
    ".bd-article div.highlight pre": "Code",
    ".cell_output .output": "Output",
  };
  function reach() {
    for (const [selector, name] of Object.entries(WIDE)) {
      for (const box of document.querySelectorAll(selector)) {
        if (box.scrollWidth > box.clientWidth) {
          box.tabIndex = 0;
          box.setAttribute("role", "group");
          box.setAttribute("aria-label", name);
        } else if (box.getAttribute("role") === "group") {
          for (const attribute of ["tabindex", "role", "aria-label"]) box.removeAttribute(attribute);
        }
      }
    }
  }
  reach();
  addEventListener("resize", reach);
  addEventListener("load", reach); // the math font may change widths
  document.addEventListener("toggle", reach, true); // a solution was unfolded
})();
