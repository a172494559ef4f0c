package io.flotilla.http;

import akka.NotUsed;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.RequestEntity;
import akka.stream.javadsl.Flow;
import akka.util.ByteString;

/** Bodies that are streams. */
final class Streaming {
  private Streaming() {}

  /** The body of a request through a flow that lets all bytes pass. */
  static RequestEntity through(RequestEntity entity, Flow<ByteString, ByteString, NotUsed> flow) {
    return entity instanceof HttpEntity.Default body
        ? HttpEntities.create(
            body.getContentType(), body.getContentLength(), body.getDataBytes().via(flow))
        : HttpEntities.createChunked(entity.getContentType(), entity.getDataBytes().via(flow));
  }

  /**
   * The answer with its body through a flow that lets all bytes pass: unlike Akka HTTP's own
   * transformation this keeps the length that was told.
   */
  static HttpResponse through(HttpResponse response, Flow<ByteString, ByteString, NotUsed> flow) {
    return response.entity() instanceof HttpEntity.Default body
        ? response.withEntity(
            HttpEntities.create(
                body.getContentType(), body.getContentLength(), body.getDataBytes().via(flow)))
        : response.transformEntityDataBytes(flow);
  }
}
