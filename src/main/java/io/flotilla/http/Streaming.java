package io.flotilla.http;

import akka.NotUsed;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.RequestEntity;
import akka.stream.javadsl.Flow;
import akka.util.ByteString;

/** Helpers for streamed bodies. */
final class Streaming {
  private Streaming() {}

  /** Sends a request's body through a flow that passes all bytes on. */
  static RequestEntity through(RequestEntity entity, Flow<ByteString, ByteString, NotUsed> flow) {
    return entity instanceof HttpEntity.Default body
        ? HttpEntities.create(
            body.getContentType(), body.getContentLength(), body.getDataBytes().via(flow))
        : HttpEntities.createChunked(entity.getContentType(), entity.getDataBytes().via(flow));
  }

  /**
   * Sends an answer's body through a flow that passes all bytes on. Unlike Akka HTTP's own
   * transformation, this keeps the declared length.
   */
  static HttpResponse through(HttpResponse response, Flow<ByteString, ByteString, NotUsed> flow) {
    return response.entity() instanceof HttpEntity.Default body
        ? response.withEntity(
            HttpEntities.create(
                body.getContentType(), body.getContentLength(), body.getDataBytes().via(flow)))
        : response.transformEntityDataBytes(flow);
  }
}
