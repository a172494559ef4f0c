package io.flotilla.lab.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.lab.sim.SimEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The run as a self-contained web page: the template with the run's data in it. */
public final class HtmlPage {
  private static final ObjectMapper JSON = new ObjectMapper();

  private HtmlPage() {}

  public static String of(Recording run) {
    try (InputStream template = HtmlPage.class.getResourceAsStream("/lab/run.html")) {
      String page = new String(template.readAllBytes(), StandardCharsets.UTF_8);
      // "</script>" inside the data would end the script.
      String data = JSON.writeValueAsString(data(run)).replace("</", "<\\/");
      return page.replace("\"%RUN%\"", data).replace("%TITLE%", escape(run.title()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode data(Recording run) {
    ObjectNode data = JSON.createObjectNode();
    data.put("title", run.title()).put("subtitle", run.subtitle());
    run.nodes().forEach(data.putArray("nodes")::add);
    ArrayNode choices = data.putArray("choices");
    run.choices().forEach(c -> choices.add(c.toString()));
    ArrayNode events = data.putArray("events");
    for (SimEvent e : run.events()) {
      ObjectNode event = events.addObject();
      event.put("step", e.step()).put("time", e.time()).put("kind", e.kind().name());
      event.put("node", e.node()).put("peer", e.peer()).put("message", e.message());
      boolean copy = e.kind() == SimEvent.Kind.DUPLICATE;
      event.put("text", copy ? e.text() : Wording.brief(e.text())).put("line", Wording.line(e));
      if (e.clock() != null) {
        ArrayNode clock = event.putArray("clock");
        for (int i = 0; i < e.clock().size(); i++) {
          clock.add(e.clock().get(i));
        }
      }
    }
    ArrayNode verdicts = data.putArray("verdicts");
    for (Recording.Verdict v : run.verdicts()) {
      ObjectNode verdict = verdicts.addObject();
      verdict.put("property", v.property()).put("kind", v.kind()).put("outcome", v.outcome());
      verdict.put("detail", v.detail()).put("step", v.step());
    }
    return data;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
