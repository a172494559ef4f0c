package io.flotilla.dns;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;

/** Answers each datagram with one, while the kernel takes them. */
final class Datagrams extends SimpleChannelInboundHandler<DatagramPacket> {
  private final Responder responder;

  Datagrams(Responder responder) {
    this.responder = responder;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
    byte[] answer = responder.overUdp(ByteBufUtil.getBytes(packet.content()));
    if (answer == null) {
      return;
    }
    if (context.channel().isWritable()) {
      context.write(new DatagramPacket(Unpooled.wrappedBuffer(answer), packet.sender()));
    } else {
      responder.dropped(); // whoever asked will ask again
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  /** One datagram's failure is nobody else's. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    responder.dropped();
  }
}
