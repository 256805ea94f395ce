/* Start the live figures of a page without a kernel.

   A notebook stores each figure twice: a "view" script where it was shown, and its traits in one
   "state" script. Every figure is an anywidget: its class is named in the trait _anywidget_id, and
   the build has put its module into _assets/figures. This file gives that module what it would get
   from Jupyter: a model and an element. Works over http and from file://, where a page may neither
   fetch files nor import modules, and where a server allows no script but its own files. */
(function () {
  "use strict";

  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
  const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
  const ASSETS = new URL("../_assets/", document.currentScript.src);

  // ---- weights, loaded only when a figure asks for them ---------------------------------------

  const waiting = new Map(); // name -> {promise, resolve}

  function bytesOf(base64) {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }

  // Each file in _assets is a classic script that makes this one call, with one part or many: base64,
  // or weights rounded to whole numbers, a character for each.
  window.layerByLayerAsset = (name, ...parts) => waiting.get(name)?.resolve(joined(parts.map(bytesIn)));

  function bytesIn(part) {
    if (typeof part === "string") return bytesOf(part);
    const { text, largest, scale, columns } = part;
    const number = (i) => text.charCodeAt(i) - 48 - largest;
    if (!scale) return new Uint8Array(Int8Array.from(text, (_, i) => number(i)).buffer);
    // Weights as floats again. The scale is that of the column, or, of one column, that of the row.
    const factors = new Float32Array(bytesOf(scale).buffer);
    const width = columns > 1 ? columns : text.length / factors.length;
    const weights = new Float32Array(text.length);
    for (let i = 0; i < weights.length; i++) {
      weights[i] = number(i) * factors[columns > 1 ? i % width : Math.floor(i / width)];
    }
    return new Uint8Array(weights.buffer);
  }

  function joined(parts) {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let start = 0;
    for (const part of parts) {
      whole.set(part, start);
      start += part.length;
    }
    return whole.buffer;
  }

  function asset(name) {
    if (!waiting.has(name)) {
      const entry = {};
      entry.promise = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL(encodeURIComponent(name) + ".js", ASSETS).href;
        script.onerror = () => {
          waiting.delete(name); // so that a second try can succeed
          reject(new Error(`the file _assets/${name}.js could not be loaded`));
        };
        entry.resolve = resolve;
        document.head.append(script);
      });
      waiting.set(name, entry);
    }
    return waiting.get(name).promise;
  }

  // ---- what a page loads by itself ----------------------------------------------------------------

  // _assets/sizes.js says what each page needs without weights, and how large each file is.
  const root = new URL("..", ASSETS).href;
  const page = location.href.split(/[?#]/)[0].slice(root.length).replace(/\.html$/, "") || "index";
  const paid = new Set();
  let [left, sizes] = [0, {}];
  window.layerByLayerSizes = ({ limit, pages, files }) => {
    left = limit - (pages[page] ?? limit);
    sizes = files;
  };

  const megabytes = (names) => names.reduce((sum, name) => sum + (sizes[name] ?? Infinity), 0) / 1e6;

  // Whether these files may be loaded without asking: there is a limit to all of a page.
  function affords(names) {
    const price = 1e6 * megabytes(names.filter((name) => !paid.has(name)));
    if (price > left) return false;
    left -= price;
    for (const name of names) paid.add(name);
    return true;
  }

  // ---- the model: traits and events, as an anywidget knows them --------------------------------

  function traitsOf(saved) {
    const traits = { ...saved.state };
    for (const buffer of saved.buffers ?? []) {
      let owner = traits;
      for (const key of buffer.path.slice(0, -1)) owner = owner[key];
      const bytes = bytesOf(buffer.data);
      owner[buffer.path.at(-1)] = new DataView(bytes.buffer);
    }
    return traits;
  }

  function makeModel(saved) {
    const traits = traitsOf(saved);
    if (traits.files?.every((name) => name in sizes)) traits.megabytes = megabytes(traits.files);
    const listeners = new Map();
    const call = (event, ...args) => [...(listeners.get(event) ?? [])].forEach((f) => f(...args));
    const model = {
      get: (name) => traits[name],
      set(name, value) {
        const changes = typeof name === "object" ? name : { [name]: value };
        const changed = Object.keys(changes).filter((key) => traits[key] !== changes[key]);
        Object.assign(traits, changes);
        for (const key of changed) call(`change:${key}`, model, traits[key]);
        if (changed.length) call("change", model);
      },
      on(event, listener) {
        for (const name of event.split(" ")) {
          if (!listeners.has(name)) listeners.set(name, new Set());
          listeners.get(name).add(listener);
        }
      },
      off(event, listener) {
        if (event == null) listeners.clear();
        else if (listener == null) event.split(" ").forEach((name) => listeners.delete(name));
        else event.split(" ").forEach((name) => listeners.get(name)?.delete(listener));
      },
      save_changes() {}, // nobody to save to: there is no kernel
      send() {},
      asset,
      affords,
      isStatic: true,
    };
    return model;
  }

  // ---- from a view to a figure ------------------------------------------------------------------

  const modules = new Map(); // name of a class -> {promise, resolve}

  // Each file in _assets/figures is a classic script that makes this one call.
  window.layerByLayerFigure = (name, make) => modules.get(name)?.resolve(make);

  function load(identity) {
    const name = identity.split(".").at(-1);
    if (!modules.has(name)) {
      const entry = {};
      const made = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL(`figures/${encodeURIComponent(name)}.js`, ASSETS).href;
        const failed = (what) => () => reject(new Error(`the file _assets/figures/${name}.js ${what}`));
        script.onerror = failed("could not be loaded");
        script.onload = failed("holds no figure"); // of no effect once it has called
        entry.resolve = resolve;
        document.head.append(script);
      });
      entry.promise = made.then((make) => make());
      modules.set(name, entry);
    }
    return modules.get(name).promise;
  }

  async function start(frame, saved) {
    const place = document.createElement("div");
    try {
      if (!saved?.state?._anywidget_id) throw new Error("this panel needs a running kernel");
      const exported = await load(saved.state._anywidget_id);
      const widget = typeof exported === "function" ? await exported() : exported;
      const model = makeModel(saved);
      await widget.initialize?.({ model });
      frame.append(place);
      await widget.render({ model, el: place });
      performance.mark("figure"); // tools/speed.py reads it
      for (const old of frame.querySelectorAll(":scope > :is(.live-figure__text, img)")) old.remove();
    } catch (error) {
      place.remove();
      console.error("A live figure did not start:", error);
      const message = document.createElement("p");
      message.className = "live-figure__message";
      message.textContent = `This figure did not start: ${error.message ?? error}.`;
      frame.append(message);
    }
  }

  // The height that a figure will have, between those that were measured at some widths.
  function keepHeight(frame) {
    const known = frame.dataset.heights.split(" ").map((pair) => pair.split(":").map(Number));
    const width = frame.clientWidth;
    known.sort((a, b) => Math.abs(a[0] - width) - Math.abs(b[0] - width));
    frame.style.minHeight = `${known[0][1]}px`;
  }

  const states = {};
  for (const script of document.querySelectorAll(STATE)) {
    Object.assign(states, JSON.parse(script.textContent).state);
  }

  const frames = new Map(); // frame -> its figure's saved state, until it is started
  for (const view of document.querySelectorAll(VIEW)) {
    const frame = view.closest(".live-figure") ?? view.parentElement;
    frames.set(frame, states[JSON.parse(view.textContent).model_id]);
    if (frame.dataset.heights) keepHeight(frame);
    // A figure that starts in time needs no picture: it is fetched only for who gets there first.
    for (const picture of frame.querySelectorAll("img")) {
      picture.dataset.src = picture.src;
      picture.removeAttribute("src");
    }
    // Who goes from control to control by Tab must not jump over a figure that sleeps.
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", frame.querySelector(".live-figure__text")?.textContent ?? "Live figure");
  }

  async function wake(frame) {
    if (!frames.has(frame)) return;
    const saved = frames.get(frame);
    frames.delete(frame);
    near.unobserve(frame);
    const focused = document.activeElement === frame;
    if (!focused) frame.removeAttribute("tabindex");
    await start(frame, saved);
    for (const attribute of ["role", "aria-label"]) frame.removeAttribute(attribute);
    if (focused) frame.tabIndex = -1; // the next Tab goes into the figure
    frame.style.minHeight = "";
  }

  // A figure starts when it is less than a screen away, when it gets the focus, and for the printer.
  const near = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => wake(entry.target)),
    { rootMargin: "100% 0px" },
  );
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      for (const picture of target.querySelectorAll("img[data-src]")) picture.src = picture.dataset.src;
    }
  });
  const script = document.createElement("script");
  script.src = new URL("sizes.js", ASSETS).href;
  script.onload = script.onerror = () => {
    for (const frame of frames.keys()) {
      near.observe(frame);
      seen.observe(frame);
      frame.addEventListener("focus", () => wake(frame));
    }
  };
  document.head.append(script);
  addEventListener("beforeprint", () => [...frames.keys()].forEach(wake));
})();
