// The page Keys: a folder on one side, what is in a key on the other, both live.

import { ask as request, follow, here, json, put } from './api.js';
import { ask, confirmed } from './dialog.js';
import { button, fill, h } from './dom.js';
import { List } from './list.js';
import { t } from './texts.js';
import { ValuePanel } from './value.js';

const at = key => `#keys/${encodeURIComponent(key)}`;
const path = key => `/v1/kv/${encodeURIComponent(key)}`;
const folderOf = key => key.slice(0, key.lastIndexOf('/') + 1);

/** `rest` is a key, or a folder, which ends with a slash. */
export function show(root, rest, signal) {
  const folder = folderOf(rest);
  const key = rest === folder ? null : rest;
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const list = new List({
    label: t('keysIn', folder || '/'),
    row: name => row(name, folder, key),
    text: name => name.slice(folder.length),
    none: t('noKeys'),
  });
  fill(root,
    h('div', { class: 'heading' }, h('h1', {}, t('keys')),
      button(t('newKey'), () => create(folder), { class: 'primary' })),
    problem,
    h('div', { class: `two ${key === null ? '' : 'chosen'}` },
      h('section', { class: 'panel first' }, crumbs(folder), list.element),
      h('section', { class: 'panel second' },
        key === null ? h('p', { class: 'muted' }, t('chooseKey')) : value(key, folder, signal))));
  const failed = failure => {
    problem.hidden = false;
    problem.textContent = t('cannotRead', failure.message);
  };
  follow(here(`${path(folder)}?keys&separator=%2F`), signal, names => {
    problem.hidden = true;
    list.show(names ?? []);
  }, failed);
}

function row(name, folder, key) {
  const shown = name.slice(folder.length);
  const isFolder = shown.endsWith('/') && shown.length > 1;
  return h('li', {}, h('a', {
    href: at(name), 'data-name': name, class: 'row', 'aria-current': name === key ? 'true' : null,
  }, h('span', { class: 'sign', 'aria-hidden': 'true' }, isFolder ? '▸' : '·'), h('bdi', {}, shown || t('emptyName'))));
}

/** Each folder on the way to this one. */
function crumbs(folder) {
  const links = [h('a', { href: '#keys/' }, t('allKeys'))];
  let so = '';
  for (const part of folder.split('/').slice(0, -1)) {
    so += `${part}/`;
    links.push(' / ', h('a', { href: at(so) }, h('bdi', {}, part || '∅')));
  }
  return h('nav', { class: 'crumbs', 'aria-label': t('folder') }, links);
}

function value(key, folder, signal) {
  const panel = new ValuePanel(key, {
    save: (index, flags, body) => compareAndSet(key, index, flags, body),
    read: async () => (await json(here(path(key))))[0],
    remove: index => remove(key, folder, index),
  });
  follow(here(path(key)), signal, entries => panel.show(entries?.[0] ?? null),
    failure => panel.say(t('cannotRead', failure.message)));
  return [h('a', { class: 'back', href: at(folder) }, `‹ ${t('folder')}`), panel.element];
}

async function compareAndSet(key, index, flags, body) {
  const answer = await put(here(`${path(key)}?cas=${index}&flags=${flags}`), body);
  return await answer.json() === true;
}

/** Whether it is gone, unless somebody was faster. */
async function remove(key, folder, index) {
  if (!await confirmed(t('deleteKey'), key, t('delete'))) {
    return true;
  }
  const answer = await request(here(`${path(key)}?cas=${index}`), { method: 'DELETE' });
  const gone = await answer.json() === true;
  if (gone) {
    location.hash = at(folder);
  }
  return gone;
}

async function create(folder) {
  const given = await ask(t('newKey'), null, [
    { name: 'key', label: t('key'), value: folder, required: true },
    { name: 'value', label: t('value') },
  ], t('save'));
  if (!given) {
    return;
  }
  try {
    if (await compareAndSet(given.key, 0, 0, given.value)) {
      location.hash = at(given.key);
    } else {
      await confirmed(t('keyExists'), given.key, t('close'));
    }
  } catch (failure) {
    await confirmed(t('notDone'), failure.message, t('close'));
  }
}
