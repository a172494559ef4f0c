// What happened between two looks at the cluster (GET /v1/cluster), in the order of cause and effect.

/** Each is the name of a text and what it is about. */
export function changes(before, after) {
  return [
    ...members(before, after),
    ...leadership(before, after),
    ...shards(before, after),
    ...store(before, after),
  ];
}

const byId = snapshot => new Map(snapshot.Members.map(member => [member.Id, member]));

function members(before, after) {
  const was = byId(before);
  const is = byId(after);
  const found = [];
  for (const [id, member] of is) {
    const old = was.get(id);
    if (!old) {
      found.push(['memberCame', id]);
      continue;
    }
    if (old.Raft && !member.Raft) {
      found.push(['stopped', id]);
    } else if (!old.Raft && member.Raft) {
      found.push(['answersAgain', id]);
    }
    if (old.Seat === 'In' && member.Seat !== 'In') {
      found.push(['downed', id]);
    } else if (old.Seat !== 'In' && member.Seat === 'In') {
      found.push(['seated', id]);
    }
    if (old.Version && member.Version && old.Version !== member.Version) {
      found.push(['version', id, member.Version]);
    }
  }
  for (const id of was.keys()) {
    if (!is.has(id)) {
      found.push(['memberLeft', id]);
    }
  }
  return found;
}

function leadership(before, after) {
  const found = [];
  if (before.Leader !== after.Leader) {
    found.push(after.Leader ? ['leads', after.Leader, term(after)] : ['noLeader']);
  }
  if (after.Coordinator && before.Coordinator !== after.Coordinator) {
    found.push(['coordinates', after.Coordinator]);
  }
  return found;
}

export const term = snapshot =>
  Math.max(0, ...snapshot.Members.map(member => member.Raft?.Term ?? 0));

/** Shards that hold something, by their name. */
export const held = snapshot => new Map(snapshot.Shards
  .filter(shard => shard.Namespaces.length)
  .map(shard => [`${shard.Type}/${shard.Shard}`, shard]));

function shards(before, after) {
  const was = held(before);
  const found = [];
  for (const [name, shard] of held(after)) {
    const old = was.get(name);
    if (!old) {
      found.push(['shardWoke', shard.Shard, shard.Namespaces, shard.Node]);
    } else if (old.Node !== shard.Node) {
      found.push(['shardMoved', shard.Shard, shard.Namespaces, old.Node, shard.Node]);
    }
  }
  return found;
}

function store(before, after) {
  if (before.Store.Alarm === after.Store.Alarm) {
    return [];
  }
  return [[after.Store.Alarm ? 'storeFull' : 'storeRoom']];
}
