package io.flotilla.kv;

/**
 * One operation of a transaction, as Consul knows them
 * (https://developer.hashicorp.com/consul/api-docs/txn).
 *
 * @param index for cas, delete-cas and check-index
 * @param session for lock, unlock and check-session; empty if there is none
 */
public record TxnOp(Verb verb, String key, byte[] value, long flags, long index, String session) {

  /** Stored by name in no place: may be reordered. */
  public enum Verb {
    SET("set", true),
    CAS("cas", true),
    LOCK("lock", true),
    UNLOCK("unlock", true),
    GET("get", false),
    GET_TREE("get-tree", false),
    CHECK_INDEX("check-index", false),
    CHECK_SESSION("check-session", false),
    CHECK_NOT_EXISTS("check-not-exists", false),
    DELETE("delete", true),
    DELETE_TREE("delete-tree", true),
    DELETE_CAS("delete-cas", true);

    private final String text;
    private final boolean writes;

    Verb(String text, boolean writes) {
      this.text = text;
      this.writes = writes;
    }

    /** As clients write it. */
    public String text() {
      return text;
    }

    /** Null if there is none of this name. */
    public static Verb of(String text) {
      for (Verb verb : values()) {
        if (verb.text.equals(text)) {
          return verb;
        }
      }
      return null;
    }
  }

  boolean writes() {
    return verb.writes;
  }
}
