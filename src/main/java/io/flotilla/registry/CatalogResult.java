package io.flotilla.registry;

import io.flotilla.entity.Result;
import java.util.List;

/** The answer to a {@link CatalogRead}. Its index is what Consul sends as X-Consul-Index. */
public sealed interface CatalogResult extends Result {

  /** In the order of (node, id) as they were registered: the same in every answer. */
  record Entries(long index, List<ServiceEntry> items)
      implements CatalogResult, Result.Many<ServiceEntry> {
    @Override
    public Entries of(List<ServiceEntry> some) {
      return new Entries(index, some);
    }

    @Override
    public long bytes(ServiceEntry item) {
      return item.bytes();
    }
  }

  /** A service's name with every tag that one of its instances has, sorted. */
  record NameAndTags(String name, List<String> tags) {}

  /** Sorted by name. */
  record Services(long index, List<NameAndTags> items)
      implements CatalogResult, Result.Many<NameAndTags> {
    @Override
    public Services of(List<NameAndTags> some) {
      return new Services(index, some);
    }

    @Override
    public long bytes(NameAndTags item) {
      return 64 + item.name.length() + item.tags.stream().mapToLong(t -> 48 + t.length()).sum();
    }
  }

  /** Sorted by name. */
  record Nodes(long index, List<Node> items) implements CatalogResult, Result.Many<Node> {
    @Override
    public Nodes of(List<Node> some) {
      return new Nodes(index, some);
    }

    @Override
    public long bytes(Node item) {
      return item.bytes();
    }
  }

  /**
   * @param node null: there is none of this name
   * @param items the services that are shown on it
   */
  record NodeServices(long index, Node node, List<Service> items)
      implements CatalogResult, Result.Many<Service> {
    @Override
    public NodeServices of(List<Service> some) {
      return new NodeServices(index, node, some);
    }

    @Override
    public long bytes(Service item) {
      return item.bytes();
    }
  }

  record Checks(long index, List<CheckEntry> items)
      implements CatalogResult, Result.Many<CheckEntry> {
    @Override
    public Checks of(List<CheckEntry> some) {
      return new Checks(index, some);
    }

    @Override
    public long bytes(CheckEntry item) {
      return item.bytes();
    }
  }

  /** All instances of a service, none if it is gone. */
  record ServiceChanged(String name, List<ServiceEntry> entries) {
    /** With the name as it was given, if there is an instance. */
    static ServiceChanged of(String folded, List<ServiceEntry> entries) {
      return new ServiceChanged(
          entries.isEmpty() ? folded : entries.get(0).service().name(), entries);
    }
  }

  /**
   * @param index there is nothing more up to here; ask for more after it
   * @param complete whether these are all the services there are: what is not among them is gone
   */
  record Changed(long index, boolean complete, List<ServiceChanged> items)
      implements CatalogResult, Result.Many<ServiceChanged> {
    @Override
    public Changed of(List<ServiceChanged> some) {
      return new Changed(index, complete, some);
    }

    @Override
    public long bytes(ServiceChanged item) {
      return 64 + item.name.length() + item.entries.stream().mapToLong(ServiceEntry::bytes).sum();
    }
  }

  /** The latest comes last. */
  record Events(long index, List<UserEvent> items)
      implements CatalogResult, Result.Many<UserEvent> {
    @Override
    public Events of(List<UserEvent> some) {
      return new Events(index, some);
    }

    @Override
    public long bytes(UserEvent item) {
      return item.bytes();
    }
  }

  /** Sorted by id. */
  record Queries(long index, List<PreparedQuery> items)
      implements CatalogResult, Result.Many<PreparedQuery> {
    @Override
    public Queries of(List<PreparedQuery> some) {
      return new Queries(index, some);
    }

    @Override
    public long bytes(PreparedQuery item) {
      return item.bytes();
    }
  }

  /**
   * One thing; the others are null, and all of them if it isn't there.
   *
   * @param check as it is shown
   */
  record Item(Node node, Service service, CheckEntry check) {
    boolean isNothing() {
      return node == null && service == null && check == null;
    }

    /** 0 if it isn't there. */
    long modifyIndex() {
      if (node != null) {
        return node.stamp().modifyIndex();
      } else if (service != null) {
        return service.stamp().modifyIndex();
      }
      return check == null ? 0 : check.check().stamp().modifyIndex();
    }

    long bytes() {
      return 32
          + (node == null ? 0 : node.bytes())
          + (service == null ? 0 : service.bytes())
          + (check == null ? 0 : check.bytes());
    }
  }

  /**
   * @param step its place in the transaction, from 0
   */
  record Failure(int step, String message) {}

  /**
   * @param items what is there after each step of a transaction that doesn't delete
   * @param failures if there are any, nothing of it was done
   */
  record Transacted(long index, List<Item> items, List<Failure> failures)
      implements CatalogResult, Result.Many<Item> {
    @Override
    public Transacted of(List<Item> some) {
      return new Transacted(index, some, failures);
    }

    @Override
    public long bytes(Item item) {
      return item.bytes();
    }
  }
}
