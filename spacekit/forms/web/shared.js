// What both widgets use; it is put before the code of each.

/** Make an element in another. Its text is set as text, because it may come from the API. */
function make(tag, parent, attributes = {}, text = "") {
  const made = parent.appendChild(document.createElement(tag));
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

/** Copy a buffer of the kernel's into an array: it may begin anywhere. */
function array(Type, view) {
  return new Type(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

/** Read columns of values that came as JSON. */
function parsed(view) {
  return view.byteLength ? JSON.parse(new TextDecoder().decode(view)) : {};
}

/** A title, or that there is none. */
function titled(value) {
  return value?.trim() ? value : "no title";
}

function count(value) {
  return value == null ? "–" : value.toLocaleString("en");
}

function percent(share) {
  if (share == null) return "–";
  const least = [0.1, 0.01, 0.001].findIndex((bound) => share >= bound);
  return share ? `${(100 * share).toFixed(least < 0 ? 3 : least)} %` : "0 %";
}
