// The picture of a chart: it names the dot next to the pointer, or that the arrow keys reached, and selects it.
// Names come from the API: they are set as text, never as markup.

const REACH = 30; // pixels of the page from a dot within which it is named
const WIDTHS = { step: 40, least: 320, most: 1000 }; // of the picture asked for
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, -1], ArrowDown: [1, 1] };
const HINT = "Arrow keys go from dot to dot, Enter selects, Escape clears.";

function dataUrl(view) {
  const bytes = array(Uint8Array, view);
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  return text ? `data:image/png;base64,${btoa(text)}` : "";
}

/** The colour behind an element, as #rrggbb: white where nothing has one. */
function paperBehind(element) {
  const brush = document.createElement("canvas").getContext("2d");
  for (let at = element; at; at = at.parentElement) {
    brush.fillStyle = "#ffffff";
    brush.fillStyle = getComputedStyle(at).backgroundColor;
    if (brush.fillStyle.startsWith("#")) return brush.fillStyle;
  }
  return "#ffffff";
}

function render({ model, el }) {
  const frame = make("div", el, {
    class: "spacekit-chart", tabindex: "0", role: "application", "aria-label": `Chart. ${HINT}`,
    "data-lm-suppress-shortcuts": "true", // else JupyterLab would take the arrow keys
  });
  const image = make("img", frame);
  const rings = make("div", frame);
  const tip = make("div", frame, { class: "spacekit-tip", hidden: "" });
  const said = make("div", frame, { class: "spacekit-said", "aria-live": "polite" });
  let places = [], rows = [], names = {}, orders = [], here = -1;

  const at = (dot, axis) => places[2 * dot + axis];

  function draw() {
    places = array(Float32Array, model.get("places"));
    rows = array(Int32Array, model.get("rows"));
    orders = [];
    image.src = dataUrl(model.get("png"));
    image.alt = model.get("alt");
    frame.hidden = !image.src;
    leave();
    ring();
  }

  /** The dots from left to right (axis 0) or from top to bottom (1); those level with each other by the other axis. */
  function order(axis) {
    orders[axis] ??= Array.from(rows.keys()).sort(
      (a, b) => at(a, axis) - at(b, axis) || at(a, 1 - axis) - at(b, 1 - axis) || a - b);
    return orders[axis];
  }

  function nearest(event) {
    const box = image.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let best = -1, least = REACH ** 2;
    for (let dot = 0; dot < rows.length; dot++) {
      const far = (at(dot, 0) * box.width - x) ** 2 + (at(dot, 1) * box.height - y) ** 2;
      if (far < least) [best, least] = [dot, far];
    }
    return best;
  }

  /** The dots that cannot be told from one: all within a pixel. */
  function stack(dot) {
    const near = (other, axis, size) => Math.abs(at(other, axis) - at(dot, axis)) * size <= 1;
    return Array.from(rows.keys()).filter(
      (other) => near(other, 0, image.clientWidth) && near(other, 1, image.clientHeight));
  }

  const idOf = (dot) => names.space_id?.[rows[dot]] ?? "";

  function lines(dot) {
    const row = rows[dot];
    const known = (name) => names[name]?.[row];
    const host = known("host") ? `@${known("host")}` : "host unknown";
    const counts = `live ${count(known("live"))}, replay ${count(known("replay"))}, share ${percent(known("share"))}`;
    const more = new Set(stack(dot).map((other) => rows[other])).size - 1;
    const beside = more > 0 ? `and ${count(more)} more here: click again for the next` : "";
    return [titled(known("title")), `${host}, ${known("started") ?? "start unknown"}`, counts, beside].filter(Boolean);
  }

  function name(dot) {
    here = dot;
    tip.hidden = dot < 0;
    frame.classList.toggle("spacekit-on-dot", dot >= 0);
    if (dot < 0) return;
    const words = lines(dot);
    tip.replaceChildren();
    for (const line of words) make("div", tip, { dir: "auto" }, line);
    const [x, y] = [at(dot, 0) * image.clientWidth, at(dot, 1) * image.clientHeight];
    const [wide, high] = [tip.offsetWidth, tip.offsetHeight];
    const left = x + 14 + wide <= image.clientWidth ? x + 14 : x - 14 - wide;
    const top = y - 10 - high >= 0 ? y - 10 - high : y + 14;
    tip.style.left = `${Math.max(0, Math.min(left, image.clientWidth - wide))}px`;
    tip.style.top = `${Math.max(0, Math.min(top, image.clientHeight - high))}px`;
  }

  function leave() {
    name(-1);
    said.textContent = "";
  }

  /** Mark the dots of the selected Space. */
  function ring() {
    rings.replaceChildren();
    const selected = model.get("selected");
    if (!selected) return;
    const row = names.space_id?.indexOf(selected) ?? -1;
    for (let dot = 0; dot < rows.length; dot++) {
      if (rows[dot] !== row) continue;
      const mark = make("div", rings, { class: "spacekit-ring" });
      mark.style.left = `${100 * at(dot, 0)}%`;
      mark.style.top = `${100 * at(dot, 1)}%`;
    }
  }

  function select(dot) {
    model.set("selected", dot < 0 ? "" : idOf(dot));
    model.save_changes();
  }

  /** The dot to select at a click: of several in one place the one after that selected. */
  function clicked(dot) {
    if (dot < 0) return dot;
    const all = stack(dot);
    const now = all.findIndex((other) => idOf(other) === model.get("selected"));
    return now < 0 ? dot : all[(now + 1) % all.length];
  }

  function step(axis, by) {
    const along = order(axis);
    const now = along.indexOf(here);
    const next = now < 0 ? (by > 0 ? 0 : along.length - 1) : now + by;
    if (along[next] === undefined) return;
    name(along[next]);
    said.textContent = lines(here).join(". ");
  }

  function pressed(event) {
    if (event.key in ARROWS) step(...ARROWS[event.key]);
    else if (event.key === "Enter" && here >= 0) select(here);
    else if (event.key === "Escape") { leave(); select(-1); }
    else return;
    event.preventDefault();
    event.stopPropagation(); // a notebook would go to the next cell
  }

  /** Tell the kernel how wide the picture is here and what is behind it, so that it is drawn to fit. */
  function tell() {
    if (!el.clientWidth) return;
    const wide = Math.floor(el.clientWidth / WIDTHS.step) * WIDTHS.step;
    model.set("width", Math.max(WIDTHS.least, Math.min(wide, WIDTHS.most)));
    model.set("paper", paperBehind(el));
    model.save_changes();
  }

  let waiting;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(tell, 100); };
  const size = new ResizeObserver(soon);
  const theme = new MutationObserver(soon);
  const system = matchMedia("(prefers-color-scheme: dark)");
  size.observe(el);
  for (const root of [document.documentElement, document.body]) theme.observe(root, { attributes: true });
  system.addEventListener("change", soon);

  frame.addEventListener("pointermove", (event) => name(nearest(event)));
  frame.addEventListener("pointerleave", leave);
  frame.addEventListener("blur", leave);
  frame.addEventListener("keydown", pressed);
  frame.addEventListener("click", (event) => {
    const dot = clicked(nearest(event));
    if (dot >= 0) name(dot);
    select(dot);
  });
  model.on("change:png", draw);
  model.on("change:names", () => { names = parsed(model.get("names")); ring(); });
  model.on("change:selected", ring);
  model.on("change:busy", () => frame.classList.toggle("spacekit-old", model.get("busy")));
  names = parsed(model.get("names"));
  draw();
  return () => {
    clearTimeout(waiting);
    size.disconnect();
    theme.disconnect();
    system.removeEventListener("change", soon);
  };
}

export default { render };
