package io.flotilla.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.text.Hcl;

/** What a file in HCL says, as JSON. */
final class HclJson {
  private static final JsonMapper JSON = new JsonMapper();

  /** More than any of Consul's settings has. */
  private static final int DEPTH = 12;

  private HclJson() {}

  /**
   * @throws IllegalArgumentException if it is no HCL
   */
  static byte[] of(String text) throws JsonProcessingException {
    return JSON.writeValueAsBytes(object(Hcl.read(text, DEPTH)));
  }

  /** A block that is there twice is one. Of anything else the last counts, as in JSON. */
  private static ObjectNode object(Hcl.Block block) throws JsonProcessingException {
    ObjectNode object = JSON.createObjectNode();
    for (Hcl.Entry entry : block.entries()) {
      JsonNode value = of(entry.value());
      if (object.get(entry.key()) instanceof ObjectNode before && value.isObject()) {
        JSON.readerForUpdating(before).readValue(value.toString());
      } else {
        object.set(entry.key(), value);
      }
    }
    return object;
  }

  private static JsonNode of(Hcl.Value value) throws JsonProcessingException {
    if (value instanceof Hcl.Block block) {
      return object(block);
    } else if (value instanceof Hcl.Many many) {
      ArrayNode array = JSON.createArrayNode();
      for (Hcl.Value each : many.values()) {
        array.add(of(each));
      }
      return array;
    } else if (value instanceof Hcl.Literal literal) {
      return JSON.readTree(literal.value());
    }
    return JSON.getNodeFactory().textNode(((Hcl.Text) value).value());
  }
}
