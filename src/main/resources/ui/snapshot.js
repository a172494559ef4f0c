// What is in an answer of GET /v1/cluster.

export const term = snapshot =>
  Math.max(0, ...snapshot.Members.map(member => member.Raft?.Term ?? 0));

/** Shards that hold something, by their name. */
export const held = snapshot => new Map(snapshot.Shards
  .filter(shard => shard.Namespaces.length)
  .map(shard => [`${shard.Type}/${shard.Shard}`, shard]));
