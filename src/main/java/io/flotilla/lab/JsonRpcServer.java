package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.JsonRpc.Books;
import io.flotilla.lab.JsonRpc.Done;
import io.flotilla.lab.JsonRpc.Failure;
import io.flotilla.lab.JsonRpc.Msg;
import io.flotilla.lab.JsonRpc.Request;
import io.flotilla.lab.JsonRpc.Result;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adds amounts to one account. */
class JsonRpcServer extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private Books books;

  JsonRpcServer(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
    this.books = host.storage().read("books", Books.class).orElse(new Books(0, new TreeMap<>()));
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder().onMessage(Request.class, this::onRequest).build();
  }

  private Behavior<Msg> onRequest(Request call) {
    if (!call.method().equals("add")) {
      host.tell(call.client(), new Failure(call.id(), JsonRpc.METHOD_NOT_FOUND));
      return this;
    }
    String key = call.client() + "#" + call.id();
    if (!isKnown(books, key)) {
      int balance = books.balance() + call.amount();
      SortedMap<String, Integer> replies = new TreeMap<>(books.replies());
      replies.put(key, balance);
      books = new Books(balance, replies);
      host.storage().write("books", onDisk(books));
      host.report(new Done(call.client(), call.id(), call.amount(), balance));
    }
    host.tell(call.client(), new Result(call.id(), books.replies().get(key)));
    return this;
  }

  protected boolean isKnown(Books known, String key) {
    return known.replies().containsKey(key);
  }

  /** The effect and the answer are written as one: a crash finds both or neither. */
  protected Books onDisk(Books now) {
    return now;
  }

  @Override
  public String toString() {
    return "balance " + books.balance() + ", replies " + books.replies();
  }
}
