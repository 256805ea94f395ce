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

  // Each file in _assets is a classic script that makes this one call.
  window.layerByLayerAsset = (name, base64) => waiting.get(name)?.resolve(bytesOf(base64).buffer);

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

  async function start(view, saved) {
    const figure = view.closest(".live-figure") ?? view.parentElement;
    const place = document.createElement("div");
    try {
      if (!saved?.state?._anywidget_id) throw new Error("this panel needs a running kernel");
      const exported = await load(saved.state._anywidget_id);
      const widget = typeof exported === "function" ? await exported() : exported;
      const model = makeModel(saved);
      await widget.initialize?.({ model });
      figure.append(place);
      await widget.render({ model, el: place });
      figure.querySelector(".live-figure__text")?.remove();
    } catch (error) {
      place.remove();
      console.error("A live figure did not start:", error);
      const message = document.createElement("p");
      message.className = "live-figure__message";
      message.textContent = `This figure did not start: ${error.message ?? error}.`;
      figure.append(message);
    }
  }

  const states = {};
  for (const script of document.querySelectorAll(STATE)) {
    Object.assign(states, JSON.parse(script.textContent).state);
  }
  // One after the other would block the rest on a slow figure; each is on its own.
  for (const view of document.querySelectorAll(VIEW)) {
    start(view, states[JSON.parse(view.textContent).model_id]);
  }
})();
