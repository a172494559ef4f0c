package io.flotilla.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/**
 * Looks at the network from a place in it: {@code ADDRESS PORT}. Over HTTP it is told to connect
 * somewhere, or to send a datagram, and tells which datagrams it got. It has its port for both.
 */
final class Outpost {
  private static final Queue<String> HEARD = new ConcurrentLinkedQueue<>();

  private Outpost() {}

  public static void main(String[] args) throws IOException {
    InetSocketAddress here =
        new InetSocketAddress(InetAddress.getByName(args[0]), Integer.parseInt(args[1]));
    DatagramSocket datagrams = new DatagramSocket(here);
    Thread listening = new Thread(() -> listen(datagrams));
    listening.start();
    HttpServer server = HttpServer.create(here, 100);
    server.createContext(
        "/connect", exchange -> answer(exchange, connect(here.getPort(), words(exchange))));
    server.createContext(
        "/say", exchange -> answer(exchange, say(datagrams, here.getPort(), words(exchange))));
    server.createContext("/heard", exchange -> answer(exchange, String.join(" ", HEARD)));
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.start();
    System.out.println("listening");
  }

  private static String[] words(HttpExchange exchange) {
    return exchange.getRequestURI().getQuery().split(",");
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  /** To an address, for so many milliseconds. */
  private static String connect(int port, String[] words) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(words[0], port), Integer.parseInt(words[1]));
      return "connected";
    } catch (SocketTimeoutException e) {
      return "timed out";
    } catch (ConnectException e) {
      return e.getMessage();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** To an address, this word. */
  private static String say(DatagramSocket socket, int port, String[] words) throws IOException {
    byte[] word = words[1].getBytes(StandardCharsets.UTF_8);
    socket.send(new DatagramPacket(word, word.length, new InetSocketAddress(words[0], port)));
    return "said";
  }

  private static void listen(DatagramSocket socket) {
    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
    while (true) {
      try {
        packet.setLength(100);
        socket.receive(packet);
        HEARD.add(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        HEARD.add(e.toString());
      }
    }
  }
}
