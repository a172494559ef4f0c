package io.flotilla.kv;

/**
 * One operation of a transaction, as Consul describes it
 * (https://developer.hashicorp.com/consul/api-docs/txn).
 *
 * @param index for cas, delete-cas and check-index
 * @param session for lock, unlock and check-session; empty if there is none
 */
public record TxnOp(Verb verb, String key, byte[] value, long flags, long index, String session) {

  /** Stored nowhere, so they may be reordered. */
  public enum Verb {
    SET("set"),
    CAS("cas"),
    LOCK("lock"),
    UNLOCK("unlock"),
    GET("get"),
    GET_TREE("get-tree"),
    CHECK_INDEX("check-index"),
    CHECK_SESSION("check-session"),
    CHECK_NOT_EXISTS("check-not-exists"),
    DELETE("delete"),
    DELETE_TREE("delete-tree"),
    DELETE_CAS("delete-cas"),
    GET_OR_EMPTY("get-or-empty");

    private final String text;

    Verb(String text) {
      this.text = text;
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
}
