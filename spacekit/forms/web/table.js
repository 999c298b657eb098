// A table of Spaces: sorted and paged here, a row is selected by a click or Enter. All text is set as text.

const SIZES = [10, 25, 100];
const COLUMNS = [
  // name, heading, how a value is worded, whether it is a number
  ["title", "Title", titled, false],
  ["host", "Host", (value) => (value == null ? "–" : `@${value}`), false],
  ["started", "Started (UTC)", (value) => value ?? "–", false],
  ["live", "Live", count, true],
  ["replay", "Replay", count, true],
  ["share", "Replay share", percent, true],
  ["state", "State", (value) => value ?? "–", false],
];

const LONGEST = 60; // characters of a title, which is cut between words

const COLUMN_NAMES = Object.fromEntries(COLUMNS.map(([name, heading]) => [name, heading]));

/** A long title, cut between words, or where it has no blank near the end. */
function cut(text) {
  const letters = Array.from(text);
  if (letters.length <= LONGEST) return text;
  const start = letters.slice(0, LONGEST).join("");
  const end = /\s/.test(letters[LONGEST]) ? start.length : start.search(/\s+\S*$/);
  return `${start.slice(0, end > start.length / 2 ? end : start.length).trimEnd()}\u00a0…`;
}

function render({ model, el }) {
  const box = make("div", el, { class: "spacekit-table", "data-lm-suppress-shortcuts": "true" });
  const scroll = make("div", box, { class: "spacekit-scroll", tabindex: "0", role: "region", "aria-label": "Spaces" });
  const table = make("table", scroll);
  const head = make("tr", make("thead", table));
  const body = make("tbody", table);
  const foot = make("div", box, { class: "spacekit-pages" });
  const previous = make("button", foot, { type: "button", "aria-label": "Previous page" }, "‹");
  const where = make("span", foot, { role: "status" });
  const next = make("button", foot, { type: "button", "aria-label": "Next page" }, "›");
  const sizes = make("select", make("label", foot, {}, "Rows "), { "aria-label": "Rows on a page" });
  for (const size of SIZES) make("option", sizes, { value: size }, size);
  let names = {}, view = [], sorted = { name: "", down: false }, page = 0, size = SIZES[0];

  const text = new Intl.Collator("en", { numeric: true });

  function compare(values, down) {
    const sign = down ? -1 : 1;
    return (a, b) => {
      const [one, other] = [values[a], values[b]];
      if (one == null || other == null) return (one == null) - (other == null); // what is missing is last
      return sign * (typeof one === "string" ? text.compare(one, other) : one - other);
    };
  }

  function order() {
    view = Array.from(array(Int32Array, model.get("view")));
    if (names[sorted.name]) view.sort(compare(names[sorted.name], sorted.down));
  }

  /** Go to the page of the selected Space, if it is in view. */
  function find() {
    const place = view.findIndex((row) => names.space_id?.[row] === model.get("selected"));
    if (place >= 0) page = Math.floor(place / size);
  }

  function draw() {
    const pages = Math.max(1, Math.ceil(view.length / size));
    page = Math.max(0, Math.min(page, pages - 1));
    const first = page * size;
    const shown = names.space_id ? view.slice(first, first + size) : []; // names come after the first picture
    body.replaceChildren();
    for (const row of shown) drawRow(row);
    const n = view.length.toLocaleString("en");
    where.textContent = view.length ? `${count(first + 1)} to ${count(first + shown.length)} of ${n}` : "No Spaces in view.";
    previous.disabled = page === 0;
    next.disabled = page === pages - 1;
    foot.classList.toggle("spacekit-one-page", view.length <= SIZES[0]);
  }

  function drawRow(row) {
    const id = names.space_id[row];
    const line = make("tr", body, { tabindex: "0", "aria-selected": String(id != null && id === model.get("selected")) });
    for (const [name, , words, isNumber] of COLUMNS) {
      const shown = words(names[name][row]);
      const cell = make("td", line, {
        class: `spacekit-${name}${isNumber ? " spacekit-number" : ""}`, dir: "auto", "data-name": COLUMN_NAMES[name],
      }, name === "title" ? undefined : shown);
      if (name === "title") make("div", cell, { title: shown }, cut(shown));
    }
    const cell = make("td", line, { class: "spacekit-id" });
    if (id != null) {
      const address = `https://x.com/i/spaces/${encodeURIComponent(id)}`;
      make("a", cell, { href: address, target: "_blank", rel: "noopener noreferrer" }, id);
    }
    line.addEventListener("click", (event) => event.target.tagName !== "A" && select(id));
    line.addEventListener("keydown", (event) => event.key === "Enter" && event.target === line && select(id));
  }

  function select(id) {
    model.set("selected", id === model.get("selected") ? "" : id ?? "");
    model.save_changes();
  }

  function drawHead() {
    head.replaceChildren();
    for (const [name, heading, , isNumber] of COLUMNS) {
      const cell = make("th", head, { scope: "col", class: `spacekit-${name}${isNumber ? " spacekit-number" : ""}` });
      const is = sorted.name === name;
      if (is) cell.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      const button = make("button", cell, { type: "button" }, heading);
      make("span", button, { "aria-hidden": "true" }, is ? (sorted.down ? " ▼" : " ▲") : "");
      button.addEventListener("click", () => {
        sorted = { name, down: is ? !sorted.down : isNumber };
        page = 0;
        order();
        drawHead();
        draw();
        head.querySelectorAll("button")[COLUMNS.findIndex((column) => column[0] === name)].focus();
      });
    }
    make("th", head, { scope: "col" }, "Space");
  }

  function turn(by) {
    page += by;
    draw();
  }

  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  sizes.addEventListener("change", () => { size = Number(sizes.value); page = 0; draw(); });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    model.set("selected", "");
    model.save_changes();
  });
  model.on("change:view", () => { page = 0; order(); find(); draw(); });
  model.on("change:names", () => { names = parsed(model.get("names")); order(); find(); draw(); });
  model.on("change:selected", () => { find(); draw(); });
  names = parsed(model.get("names"));
  order();
  find();
  drawHead();
  draw();
}

export default { render };
