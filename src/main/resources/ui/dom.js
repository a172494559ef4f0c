// Makes elements. What comes from the cluster becomes text nodes and attributes, never markup.

const SVG = 'http://www.w3.org/2000/svg';

/** Children are nodes or text; attributes that are null or false are left out. */
export function h(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, '');
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value);
    }
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter(child => child !== null && child !== undefined));
}

/** A button that can't be pressed again before what it does is done. */
export function button(label, act, attributes = {}) {
  return h('button', {
    type: 'button',
    ...attributes,
    onclick: async event => {
      const pressed = event.currentTarget;
      pressed.disabled = true;
      try {
        await act(event);
      } finally {
        pressed.disabled = false;
      }
    },
  }, label);
}
