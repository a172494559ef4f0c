// The page Replicas: whether the members hold the same, asked when somebody wants to know.

import { json } from './api.js';
import { button, fill, h } from './dom.js';
import { bytes, number, t } from './texts.js';

export function show(root, rest, signal) {
  const verdict = h('p', { role: 'status' });
  const rows = h('tbody');
  const verify = button(t('verifyNow'), () => look(verdict, rows, signal), { class: 'primary' });
  fill(root,
    h('div', { class: 'heading' }, h('h1', {}, t('replicas')), verify),
    h('section', { class: 'panel' },
      h('p', { class: 'muted' }, t('replicasWhy')), verdict,
      h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': t('replicas') },
        h('table', {}, h('thead', {}, h('tr', {}, ['member', 'state', 'applied', 'lag', 'disk', 'digest']
          .map(name => h('th', { scope: 'col' }, t(name))))), rows))));
  look(verdict, rows, signal);
}

async function look(verdict, rows, signal) {
  verdict.textContent = t('reading');
  try {
    const found = await json('/v1/replication', { signal });
    const groups = [...new Set(Object.values(found.Digests))];
    verdict.textContent = found.InSync
      ? `✓ ${t('inSync', Object.keys(found.Digests).length)}` : `✕ ${t('notInSync')}`;
    fill(rows, found.Members.map(member => row(member, groups)));
  } catch (failure) {
    if (!signal.aborted) {
      verdict.textContent = t('cannotRead', failure.message);
    }
  }
}

/** Those of one group hold the same. */
function row(member, groups) {
  const known = member.Applied !== undefined;
  const state = !member.Digest ? `– ${t('noDigest')}`
    : groups.length === 1 ? `✓ ${t('same')}` : `✕ ${t('group', groups.indexOf(member.Digest) + 1)}`;
  return h('tr', {},
    h('th', { scope: 'row' }, member.Id),
    h('td', {}, state),
    h('td', { class: 'number' }, known ? number(member.Applied) : '–'),
    h('td', { class: 'number' }, known ? number(member.Lag) : '–'),
    h('td', { class: 'number' }, known ? bytes(member.LogBytes) : '–'),
    h('td', {}, h('code', {}, member.Digest ?? '')));
}
