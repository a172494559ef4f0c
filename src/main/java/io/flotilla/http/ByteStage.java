package io.flotilla.http;

import akka.stream.FlowShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.GraphStage;
import akka.util.ByteString;

/** A stage that passes bytes through. */
abstract class ByteStage extends GraphStage<FlowShape<ByteString, ByteString>> {
  final Inlet<ByteString> in = Inlet.create("in");
  final Outlet<ByteString> out = Outlet.create("out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);

  @Override
  public final FlowShape<ByteString, ByteString> shape() {
    return shape;
  }
}
