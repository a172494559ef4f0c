package io.flotilla.examples.forms;

import com.sun.net.httpserver.HttpServer;
import io.flotilla.client.Flotilla;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forms}: serves the forms' REST API. Any number of instances may run at once. */
@Command(
    name = "forms",
    description = "Serve the REST API of the form-collecting project.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  ./flotilla forms --listen 127.0.0.1:8080",
      "  curl -d '{\"id\":\"1\",\"nombres\":\"Jorge\"}'"
          + " http://127.0.0.1:8080/API/IngresarFormulario",
      "  curl http://127.0.0.1:8080/API/ObtenerTodosLosFormularios/*",
    })
public final class Forms implements Callable<Integer> {
  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:8080",
      description = "Default: ${DEFAULT-VALUE}")
  private String listen;

  @Option(
      names = "--http-addr",
      paramLabel = "HOST:PORT,...",
      defaultValue = "${env:FLOTILLA_HTTP_ADDR:-127.0.0.1:8500,8501,8502}",
      description = "Nodes of the cluster. Default: ${DEFAULT-VALUE}")
  private String addresses;

  @Override
  public Integer call() throws IOException, InterruptedException {
    int colon = listen.lastIndexOf(':');
    InetSocketAddress address =
        new InetSocketAddress(
            listen.substring(0, Math.max(0, colon)), Integer.parseInt(listen.substring(colon + 1)));
    try (Flotilla flotilla = Flotilla.connect(addresses)) {
      HttpServer server = new FormsApi(new FormStore(flotilla.kv())).start(address);
      System.out.println("Listening on http://" + listen);
      CountDownLatch end = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    server.stop(1);
                    end.countDown();
                  }));
      end.await();
    }
    return 0;
  }
}
