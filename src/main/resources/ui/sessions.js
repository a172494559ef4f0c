// The page Sessions and locks: who is there, who holds what, and who stands in line for it.

import { ask, follow, here, json, put } from './api.js';
import { confirmed } from './dialog.js';
import { button, fill, h } from './dom.js';
import { List } from './list.js';
import { number, t } from './texts.js';

/** Of more keys than this, locks are looked for only below a prefix. */
const FEW_KEYS = 2000;
const WAITING = '/.waiting/';

/** Tokens of more locks are not asked for. */
const FENCED = 50;

export function show(root, prefix, signal) {
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const failed = failure => {
    problem.hidden = false;
    problem.textContent = t('cannotRead', failure.message);
  };
  const names = new Map();
  const sessions = new List({
    label: t('sessions'), row: session, text: s => `${s.Name} ${s.ID} ${s.Node}`, none: t('noSessions'),
  });
  const locks = new List({
    label: t('locks'), row: lock => lockRow(lock, names), text: lock => lock.key, none: t('noLocks'),
  });
  const below = h('input', { name: 'prefix', value: prefix, 'aria-label': t('locksBelow') });
  const note = h('p', { class: 'muted' });
  fill(root,
    h('h1', {}, t('sessions')), problem,
    h('section', { class: 'panel' },
      h('div', { class: 'heading' }, h('h2', {}, t('locks')),
        h('form', {
          class: 'inline',
          onsubmit: event => {
            event.preventDefault();
            location.hash = `#sessions/${encodeURIComponent(below.value)}`;
          },
        }, h('label', {}, `${t('locksBelow')} `, below), h('button', {}, t('look')))),
      note, locks.element),
    h('section', { class: 'panel' },
      h('div', { class: 'heading' }, h('h2', {}, t('allSessions'))), sessions.element));
  follow(here('/v1/session/list'), signal, found => {
    problem.hidden = true;
    names.clear();
    found?.forEach(s => names.set(s.ID, s.Name));
    sessions.show(found ?? []);
    locks.draw();
  }, failed);
  look(prefix, locks, note, signal, failed);
}

async function look(prefix, locks, note, signal, failed) {
  const path = `/v1/kv/${encodeURIComponent(prefix)}`;
  try {
    const keys = await json(here(`${path}?keys`), { signal, takes: [404] }).catch(() => []);
    if (keys.length > FEW_KEYS) {
      note.textContent = t('manyKeys', number(keys.length));
      locks.show([]);
      return;
    }
  } catch (failure) {
    failed(failure);
  }
  const tokens = new Map();
  follow(here(`${path}?recurse`), signal, async entries => {
    const found = lines(entries ?? []);
    await fence(found, tokens, signal);
    locks.show(found);
  }, failed);
}

/** The fencing token of each is told with its key alone; it is another one for each holder. */
async function fence(locks, tokens, signal) {
  const shown = locks.filter(lock => lock.holder).slice(0, FENCED);
  const known = new Map(tokens);
  tokens.clear();
  await Promise.all(shown.map(async lock => {
    const holding = `${lock.key}\n${lock.holder}\n${lock.times}`;
    lock.token = known.get(holding) ?? await token(lock.key, signal);
    tokens.set(holding, lock.token);
  }));
}

async function token(key, signal) {
  const answer = await ask(here(`/v1/kv/${encodeURIComponent(key)}`), { signal, takes: [404] });
  return answer.headers.get('X-Flotilla-Fencing-Token');
}

/** Each lock that is held or waited for, with its line: the place under it that was made first is first. */
export function lines(entries) {
  const locks = new Map();
  const lock = key => locks.get(key) ?? locks.set(key, { key, holder: null, line: [] }).get(key);
  for (const entry of entries.filter(entry => entry.Session)) {
    const waiting = entry.Key.lastIndexOf(WAITING);
    if (waiting < 0) {
      Object.assign(lock(entry.Key), { holder: entry.Session, times: entry.LockIndex, index: entry.ModifyIndex });
    } else {
      lock(entry.Key.slice(0, waiting)).line.push(entry);
    }
  }
  for (const { holder, line } of locks.values()) {
    line.sort((a, b) => a.CreateIndex - b.CreateIndex);
    if (line[0]?.Session === holder) {
      line.shift(); // its place stays while it holds the lock
    }
  }
  return [...locks.values()];
}

function lockRow({ key, holder, times, index, line, token }, names) {
  const who = id => `${names.get(id) || t('noName')} (${id.slice(0, 8)})`;
  return h('li', { class: 'instance' },
    h('div', { class: 'heading' },
      h('h3', {}, h('a', { href: `#keys/${encodeURIComponent(key)}`, 'data-name': key }, h('bdi', {}, key)))),
    h('p', { class: 'facts' }, holder
      ? [h('span', { class: 'fact' }, h('bdi', {}, t('heldBy', who(holder)))),
        h('span', { class: 'fact' }, t('heldTimes', number(times))),
        token ? h('span', { class: 'fact' }, t('fencedBy', number(Number(token)))) : null,
        h('span', { class: 'fact' }, t('changedAt', number(index)))]
      : h('span', { class: 'fact' }, t('notLocked'))),
    line.length
      ? h('ol', { class: 'line' }, line.map(place => h('li', {}, h('bdi', {}, who(place.Session)))))
      : null);
}

function session(s) {
  return h('li', { class: 'instance' },
    h('div', { class: 'heading' },
      h('h3', {}, h('bdi', {}, s.Name || t('noName'))),
      button(t('destroy'), () => destroy(s), { class: 'danger', 'data-name': s.ID })),
    h('p', { class: 'facts' }, [
      s.ID, t('onNode', s.Node), s.TTL ? t('ttlIs', s.TTL) : t('noTtl'),
      t(s.Behavior === 'delete' ? 'deletesKeys' : 'releasesKeys'),
      t('createdAt', number(s.CreateIndex)),
    ].map(fact => h('span', { class: 'fact' }, fact))));
}

async function destroy(s) {
  if (!await confirmed(t('destroySession'), `${s.Name || t('noName')} ${s.ID}`, t('destroy'))) {
    return;
  }
  try {
    await put(here(`/v1/session/destroy/${s.ID}`), '');
  } catch (failure) {
    await confirmed(t('notDone'), failure.message, t('close'));
  }
}
