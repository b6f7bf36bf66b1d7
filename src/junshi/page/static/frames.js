// Which regime, quarter or point a picture shows: controls, keyboard, and the address that keeps the choice.
import { h } from "./dom.js";

const MOST_BUTTONS = 5;
const SLIDERS = new Set(["point", "quarter"]);
let made = 0;

/**
 * Controls of a figure with frames, one for each of `figure.controls`.
 * Returns {element, choose(index), index()} or null where there is nothing to choose; `onFrame(frame)` follows.
 */
export function frameControls(figure, onFrame) {
  const frames = figure.frames ?? [];
  if (frames.length < 2) return null;
  const chosen = startOf(figure);
  const controls = figure.controls.map((one) => control(one, chosen[one.key], (value) => change(one.key, value)));
  const index = () => frames.findIndex((frame) => figure.controls.every(({ key }) => frame.keys[key] === chosen[key]));

  function change(key, value) {
    chosen[key] = value;
    if (index() < 0) Object.assign(chosen, frames.find((frame) => frame.keys[key] === value).keys);
    show();
  }

  function choose(place) {
    if (place === index()) return;
    Object.assign(chosen, frames[place].keys);
    show();
  }

  function show() {
    figure.controls.forEach(({ key }, place) => controls[place].set(chosen[key]));
    keep(chosen);
    onFrame(frames[index()]);
  }

  return { element: h("div", { class: "frames" }, controls.map((one) => one.element)), choose, index };
}

/** What is shown first, unless the address asks for another frame that there is. */
function startOf(figure) {
  const shown = Object.fromEntries(figure.controls.map((one) => [one.key, one.shown]));
  const asked = new URLSearchParams(location.search);
  for (const { key, values } of figure.controls) {
    if (values.some((value) => value.id === asked.get(key))) shown[key] = asked.get(key);
  }
  return figure.frames.some((frame) => figure.controls.every(({ key }) => frame.keys[key] === shown[key])) ? shown : { ...figure.frames[0].keys };
}

function keep(chosen) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(chosen)) address.searchParams.set(name, value);
  history.replaceState(history.state, "", address);
}

/** A few named values are a row of buttons; quarters, points and many values are a slider. */
function control(one, start, onChange) {
  const id = `frame-${(made += 1)}`;
  return one.values.length <= MOST_BUTTONS && !SLIDERS.has(one.key) ? buttons(id, one, start, onChange) : slider(id, one, start, onChange);
}

function buttons(id, { name, values }, start, onChange) {
  const radios = values.map((value, place) =>
    h("input", { type: "radio", name: id, id: `${id}-${place}`, value: value.id, checked: value.id === start, onchange: () => onChange(value.id) }),
  );
  const pairs = radios.flatMap((radio, place) => [radio, h("label", { for: radio.id }, values[place].label)]);
  const element = h("fieldset", { class: "segments" }, h("legend", {}, name), pairs);
  return { element, set: (value) => (radios.find((radio) => radio.value === value).checked = true) };
}

function slider(id, { name, values }, start, onChange) {
  const output = h("output", { for: id });
  const input = h("input", { type: "range", id, min: 0, max: values.length - 1, step: 1, oninput: () => onChange(values[Number(input.value)].id) });
  const set = (value) => {
    const place = values.findIndex((one) => one.id === value);
    input.value = place;
    output.textContent = values[place].label;
    input.setAttribute("aria-valuetext", values[place].label);
  };
  set(start);
  return { element: h("div", { class: "slider" }, h("label", { for: id }, name), input, output), set };
}
