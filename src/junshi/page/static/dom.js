// Elements from plain data; text never becomes markup.

/** Element with attributes (functions are listeners, `dataset` and `class` as usual) and children. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name in PROPERTIES) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

const PROPERTIES = { value: 1, checked: 1, indeterminate: 1, selected: 1 };

/** The element with an id. */
export const byId = (id) => document.getElementById(id);

/** Put children in the place of what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter(Boolean));
  element.removeAttribute("aria-busy");
  return element;
}
