package io.flotilla.registry.coordinator;

import akka.actor.ExtendedActorSystem;
import akka.serialization.SerializerWithStringManifest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.NotSerializableException;

/** The stored form of the coordinator: JSON, as it is small and rarely written. */
public final class CoordinatorSerializer extends SerializerWithStringManifest {
  private static final String EVENT_V1 = "coordinator-event-1";
  private static final String STATE_V1 = "coordinator-state-1";

  private final ObjectMapper json = JsonMapper.builder().build();

  public CoordinatorSerializer(ExtendedActorSystem system) {}

  /** On disk together with each event: never to be changed. */
  @Override
  public int identifier() {
    return 850_003;
  }

  @Override
  public String manifest(Object o) {
    return o instanceof CoordinatorEvent ? EVENT_V1 : STATE_V1;
  }

  @Override
  public byte[] toBinary(Object o) {
    try {
      return o instanceof CoordinatorEvent
          ? json.writerFor(CoordinatorEvent.class).writeValueAsBytes(o)
          : json.writeValueAsBytes(o);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("can't write " + o, e);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return switch (manifest) {
        case EVENT_V1 -> json.readValue(bytes, CoordinatorEvent.class);
        case STATE_V1 -> json.readValue(bytes, CoordinatorState.class);
        default ->
            throw new NotSerializableException(
                "unknown form " + manifest + ": it was written by a newer version of Flotilla");
      };
    } catch (NotSerializableException e) {
      throw e;
    } catch (IOException e) {
      throw new NotSerializableException(manifest + " can't be read: " + e.getMessage());
    }
  }
}
