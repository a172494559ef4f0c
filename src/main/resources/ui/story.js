// Events of GET /v1/cluster/events in plain words.

import { number, t } from './texts.js';

/** Null for what is not to be told. */
export function sentence({ name, data }) {
  const about = JSON.parse(data);
  const tell = TELLS[name];
  return tell ? tell(about) : null;
}

const names = ({ Kind, Namespaces, Count }) => {
  const some = t('someOf', Namespaces, Count);
  return Kind && Kind !== 'KeySpace' && Kind !== Namespaces[0] ? `${some} (${Kind})` : some;
};

const TELLS = {
  start: e => t('seenFrom', e.Node),
  gap: () => t('eventsMissing'),
  slow: () => t('eventsMissing'),
  unreachable: e => t(`lost${e.Why}`, e.Member),
  reachable: e => t('answersAgain', e.Member),
  joining: e => t('joins', e.Member),
  joined: e => t('seated', e.Member),
  left: e => t('left', e.Member, e.Why),
  leader: e => e.Leader ? t('leads', e.Leader, e.Term) : t('noLeader'),
  claimed: e => t('claimed', names(e), number(e.Index), e.Count),
  written: e => t('written', names(e), number(e.Index), number(e.Millis), e.Count),
  shard: e => e.From
    ? t('shardMoved', e.Shard, names(e), e.From, e.To)
    : t('shardWoke', e.Shard, names(e), e.To),
};
