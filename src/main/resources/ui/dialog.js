// Questions to whoever looks at the page.

import { t } from './texts.js';
import { h } from './dom.js';

const TOKEN = 'token';

let question = null;
let declined = false;

export const token = () => sessionStorage.getItem(TOKEN) ?? '';

/**
 * Asks for a token after a refusal, if another one could help: whoever has a token that is known just
 * may not do it. Who has given none is not asked again.
 */
export async function tokenHelps(shown, code, message) {
  if (token() !== shown) {
    return true; // somebody was asked meanwhile
  }
  const foreign = code === 'foreign-page' || code === 'unknown-host';
  const known = shown && message === 'Permission denied';
  return !foreign && !known && !declined && await askToken();
}

/** Whether there is one now. */
export async function askToken() {
  question ??= ask(t('tokenTitle'), t('tokenWhy'), [
    { name: TOKEN, label: t('token'), type: 'password', required: true },
  ], t('useToken')).finally(() => question = null);
  const given = await question;
  declined = given === null;
  if (given) {
    sessionStorage.setItem(TOKEN, given.token);
  }
  return !declined;
}

/** True if it may be done. */
export async function confirmed(title, why, act) {
  return await ask(title, why, [], act) !== null;
}

/** What was filled in, by name; null if nothing is to be done. */
export function ask(title, why, fields, act) {
  return new Promise(done => {
    const inputs = fields.map(field => input(field));
    const form = h('form', { method: 'dialog' },
      h('h2', { id: 'dialog-title' }, title),
      why ? h('p', {}, why) : null,
      fields.map((field, i) => h('label', {}, h('span', {}, field.label), inputs[i])),
      h('div', { class: 'actions' },
        h('button', { type: 'button', onclick: () => dialog.close() }, t('cancel')),
        h('button', { class: 'primary', value: 'yes' }, act)));
    const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' }, form);
    dialog.addEventListener('close', () => {
      const values = Object.fromEntries(inputs.map(input => [input.name, input.value]));
      dialog.remove();
      done(dialog.returnValue === 'yes' ? values : null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function input({ name, type = 'text', value = '', required = false, choices, placeholder }) {
  if (choices) {
    return h('select', { name }, choices.map(([of, text]) => h('option', { value: of }, text)));
  }
  return h('input', { name, type, value, required, placeholder, autocomplete: 'off' });
}
