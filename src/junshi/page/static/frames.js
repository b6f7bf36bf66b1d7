// Which regime, quarter or point a picture shows: controls, keyboard, and the address that keeps the choice.
import { h } from "./dom.js";
import { hasWords, named, t } from "./text.js";

let made = 0;

/**
 * Controls of a figure with frames. A frame may say its `keys`, such as {regime, quarter}; each key becomes a control.
 * Returns {element, choose(index), index()} or null where there is nothing to choose; `onFrame(frame, index)` follows.
 */
export function frameControls(figure, onFrame) {
  const frames = figure.frames ?? [];
  if (frames.length < 2) return null;
  const keys = frames.map((frame, place) => frame.keys ?? { [dimensionOf(figure)]: frame.label ?? String(place) });
  const names = Object.keys(keys[0]);
  const chosen = { ...keys[startIndex(keys, names)] };
  const controls = names.map((name) => control(name, values(keys, name), chosen[name], (value) => change(name, value)));

  function index() {
    const exact = keys.findIndex((one) => names.every((name) => one[name] === chosen[name]));
    return exact;
  }

  function change(name, value) {
    chosen[name] = value;
    let place = index();
    if (place < 0) {
      place = keys.findIndex((one) => one[name] === value);
      Object.assign(chosen, keys[place]);
    }
    show(place);
  }

  function show(place) {
    names.forEach((name, number) => controls[number].set(chosen[name]));
    keep(chosen);
    onFrame(frames[place], place);
  }

  function choose(place) {
    if (place === index()) return;
    Object.assign(chosen, keys[place]);
    show(place);
  }

  return { element: h("div", { class: "frames" }, controls.map((one) => one.element)), choose, index };
}

const dimensionOf = (figure) => (figure.frame_name ?? (/frontier/.test(figure.name) ? "point" : "frame"));

const values = (keys, name) => [...new Set(keys.map((one) => one[name]))];

/** First frame that the address asks for, by whatever keys it has. */
function startIndex(keys, names) {
  const asked = new URLSearchParams(location.search);
  const wanted = names.filter((name) => asked.has(name));
  const found = keys.findIndex((one) => wanted.every((name) => String(one[name]) === asked.get(name)));
  return wanted.length > 0 && found >= 0 ? found : 0;
}

function keep(chosen) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(chosen)) address.searchParams.set(name, value);
  history.replaceState(history.state, "", address);
}

/** Few named values are a row of buttons; many, such as quarters, are a slider. */
function control(name, options, start, onChange) {
  const id = `frame-${(made += 1)}`;
  const label = hasWords(`frame_${name}`) ? t(`frame_${name}`) : name;
  return options.length <= 5 && name !== "point" && name !== "quarter" ? buttons(id, name, label, options, start, onChange) : slider(id, name, label, options, start, onChange);
}

function buttons(id, name, label, options, start, onChange) {
  const radios = options.map((value, place) =>
    h("input", { type: "radio", name: id, id: `${id}-${place}`, value, checked: value === start, onchange: () => onChange(value) }),
  );
  const element = h(
    "fieldset",
    { class: "segments" },
    h("legend", {}, label),
    radios.map((radio, place) => [radio, h("label", { for: radio.id }, named(name, options[place]))]).flat(),
  );
  return { element, set: (value) => (radios[options.indexOf(value)].checked = true) };
}

function slider(id, name, label, options, start, onChange) {
  const output = h("output", { for: id }, named(name, start));
  const input = h("input", {
    type: "range",
    id,
    min: 0,
    max: options.length - 1,
    step: 1,
    value: options.indexOf(start),
    "aria-valuetext": named(name, start),
    oninput: () => onChange(options[Number(input.value)]),
  });
  const set = (value) => {
    input.value = options.indexOf(value);
    output.textContent = named(name, value);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  return { element: h("div", { class: "slider" }, h("label", { for: id }, label), input, output), set };
}
