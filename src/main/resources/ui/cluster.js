// The page Cluster: what GET /v1/cluster says, looked at once a second, and what happens, as it does.

import { json, pause } from './api.js';
import { fill, h } from './dom.js';
import { remember } from './failover.js';
import { lag, Picture, role, shortened } from './picture.js';
import { Crash } from './crash.js';
import { isThere } from './control.js';
import { Rates } from './rates.js';
import { held, term } from './snapshot.js';
import { Spark } from './spark.js';
import { sentence } from './story.js';
import { listen } from './stream.js';
import { bytes, number, t } from './texts.js';
import { Timeline } from './timeline.js';

const PACE = 1000;

export function show(root, rest, signal) {
  const page = new Page(root, signal);
  run(page, signal);
  listen('/v1/cluster/events', signal, event => page.hear(event), failure => page.fails(failure));
}

async function run(page, signal) {
  while (!signal.aborted) {
    try {
      if (!document.hidden) {
        page.update(await json('/v1/cluster', { signal }), performance.now());
      }
    } catch (failure) {
      if (!signal.aborted) {
        page.fails(failure);
      }
    }
    await pause(PACE, signal);
  }
}

class Page {
  constructor(root, signal) {
    this.before = null;
    this.picture = new Picture();
    this.timeline = new Timeline();
    this.head = h('p', { class: 'facts' });
    this.problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    this.legend = h('p', { class: 'legend muted' });
    this.where = h('ul');
    this.lanes = new Map();
    this.rate = new Spark(t('entriesPerSecond'));
    this.rateNow = h('strong');
    this.rows = h('tbody');
    fill(root,
      h('h1', {}, t('cluster')), this.problem, this.head,
      h('section', { class: 'panel' }, this.picture.element, this.legend,
        h('details', {}, h('summary', {}, t('namespaces')), this.where)),
      isThere() ? new Crash(signal).element : null,
      this.timeline.element,
      h('section', { class: 'panel' },
        h('div', { class: 'heading' }, h('h2', {}, t('log')), h('span', { class: 'muted' }, t('sampled'))),
        h('p', { class: 'lane' }, h('span', {}, t('entriesPerSecond')), this.rate.element, this.rateNow),
        h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': t('log') },
          h('table', {}, h('thead', {}, h('tr', {}, ['member', 'role', 'term', 'applied', 'lag', 'disk', 'lane']
            .map(name => h('th', { scope: 'col' }, t(name))))), this.rows))),
      h('section', { class: 'panel' },
        h('div', { class: 'heading' }, h('h2', {}, t('thisNode')), h('span', { class: 'muted' }, t('everyTwoSeconds'))),
        new Rates(signal).element));
  }

  update(now, at) {
    this.problem.hidden = true;
    remember(now.Members);
    this.picture.show(now);
    this.facts(now);
    this.log(now, this.before ? (at - this.at) / 1000 : 0);
    this.before = now;
    this.at = at;
  }

  hear(event) {
    const text = sentence(event);
    const at = Date.parse(JSON.parse(event.data).Time);
    if (text && !at) {
      this.said = text; // what comes next has a time
    } else if (text) {
      if (this.said) {
        this.timeline.add(this.said, at);
        this.said = null;
      }
      this.timeline.add(text, at);
    }
  }

  fails(failure) {
    this.problem.hidden = false;
    this.problem.textContent = t('cannotRead', failure.message);
  }

  facts(now) {
    const answering = now.Members.filter(member => member.Raft).length;
    fill(this.head, [
      t('answering', answering, now.Members.length),
      now.Leader ? t('leaderIs', now.Leader, term(now)) : `✕ ${t('noLeader')}`,
      t('storeIs', bytes(now.Store.Bytes), bytes(now.Store.QuotaBytes)),
      t('talksTo', now.Self),
    ].map(text => h('span', { class: 'fact' }, text)));
    fill(this.legend, t(held(now).size ? 'shards' : 'noShards'));
    fill(this.where, [...held(now).values()].map(shard =>
      h('li', {}, t('shardWoke', shard.Shard, t('someOf', shard.Namespaces, shard.Namespaces.length), shard.Node))));
  }

  log(now, seconds) {
    const growth = (member, old) =>
      member.Raft && old?.Raft && seconds ? Math.max(0, member.Raft.Applied - old.Raft.Applied) / seconds : 0;
    const old = id => this.before?.Members.find(member => member.Id === id);
    const rate = Math.max(0, ...now.Members.map(member => growth(member, old(member.Id))));
    this.rate.add(rate);
    this.rateNow.textContent = number(rate);
    fill(this.rows, now.Members.map(member => {
      if (!this.lanes.has(member.Id)) {
        this.lanes.set(member.Id, new Spark(t('laneOf', member.Id)));
      }
      const lane = this.lanes.get(member.Id);
      lane.add(growth(member, old(member.Id)));
      const [sign, name] = role(member);
      const raft = member.Raft;
      return h('tr', {},
        h('th', { scope: 'row' }, shortened(member.Id)),
        h('td', {}, `${sign} ${name}`),
        h('td', { class: 'number' }, raft ? number(raft.Term) : '–'),
        h('td', { class: 'number' }, raft ? number(raft.Applied) : '–'),
        h('td', { class: 'number' }, raft ? number(lag(member, now)) : '–'),
        h('td', { class: 'number' }, raft ? bytes(raft.LogBytes) : '–'),
        h('td', {}, lane.element));
    }));
  }
}
