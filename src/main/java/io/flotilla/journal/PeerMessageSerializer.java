package io.flotilla.journal;

import akka.actor.ExtendedActorSystem;
import akka.serialization.SerializerWithStringManifest;
import io.flotilla.journal.PeerMessage.Kind;
import io.flotilla.journal.PeerMessage.Status;
import io.flotilla.journal.RaftNode.Member;
import java.util.ArrayList;
import java.util.List;

/**
 * The wire form of {@link PeerMessage}: the manifest is a letter and a version, the fields in
 * order.
 */
public final class PeerMessageSerializer extends SerializerWithStringManifest {
  private static final int IDENTIFIER = 0xF107;

  public PeerMessageSerializer(ExtendedActorSystem system) {}

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    if (message instanceof PeerMessage.Forward) {
      return "F1";
    } else if (message instanceof PeerMessage.Answer) {
      return "A1";
    } else if (message instanceof PeerMessage.WhoAreYou) {
      return "W1";
    } else if (message instanceof PeerMessage.IAm) {
      return "I2";
    } else if (message instanceof PeerMessage.Join) {
      return "J1";
    } else if (message instanceof PeerMessage.JoinAnswer) {
      return "K1";
    } else if (message instanceof PeerMessage.AskDigest) {
      return "D1";
    } else if (message instanceof PeerMessage.DigestIs) {
      return "E1";
    } else if (message instanceof PeerMessage.AskTerm) {
      return "T1";
    } else if (message instanceof PeerMessage.TermIs) {
      return "U1";
    }
    throw new IllegalArgumentException("no wire form for " + message.getClass());
  }

  @Override
  public byte[] toBinary(Object message) {
    ByteWriter out = new ByteWriter(64);
    if (message instanceof PeerMessage.Forward m) {
      out = new ByteWriter(m.body().length + 32);
      out.writeLong(m.id()).writeInt(m.attempt()).writeByte(m.kind().ordinal());
      out.writeBytes(m.body());
    } else if (message instanceof PeerMessage.Answer m) {
      out.writeLong(m.id()).writeInt(m.attempt()).writeByte(m.status().ordinal());
      out.writeBytes(m.body());
    } else if (message instanceof PeerMessage.WhoAreYou m) {
      out.writeLong(m.nonce());
    } else if (message instanceof PeerMessage.IAm m) {
      out.writeLong(m.nonce()).writeString(m.cluster()).writeString(m.node());
      out.writeString(m.peerId()).writeByte(m.hasGroup() ? 1 : 0);
      writeMembers(out, m.initialMembers());
      writeMembers(out, m.members());
      out.writeByte(m.leads() ? 1 : 0);
    } else if (message instanceof PeerMessage.Join m) {
      out.writeLong(m.nonce());
      writeMembers(out, List.of(m.member()));
    } else if (message instanceof PeerMessage.JoinAnswer m) {
      out.writeLong(m.nonce()).writeString(m.problem());
    } else if (message instanceof PeerMessage.AskDigest m) {
      out.writeLong(m.nonce()).writeLong(m.index());
    } else if (message instanceof PeerMessage.DigestIs m) {
      out.writeLong(m.nonce()).writeString(m.digest());
    } else if (message instanceof PeerMessage.AskTerm m) {
      out.writeLong(m.nonce()).writeString(m.peerId());
    } else if (message instanceof PeerMessage.TermIs m) {
      out.writeLong(m.nonce()).writeLong(m.term());
    }
    return out.toBytes();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    ByteReader in = new ByteReader(bytes, "log message " + manifest);
    return switch (manifest) {
      case "F1" ->
          new PeerMessage.Forward(
              in.readLong(), in.readInt(), Kind.values()[in.readByte()], in.readBytes());
      case "A1" ->
          new PeerMessage.Answer(
              in.readLong(), in.readInt(), Status.values()[in.readByte()], in.readBytes());
      case "W1" -> new PeerMessage.WhoAreYou(in.readLong());
      case "I1", "I2" ->
          new PeerMessage.IAm(
              in.readLong(),
              in.readString(),
              in.readString(),
              in.readString(),
              in.readByte() == 1,
              readMembers(in),
              readMembers(in),
              manifest.equals("I2") && in.readByte() == 1);
      case "J1" -> new PeerMessage.Join(in.readLong(), readMembers(in).get(0));
      case "K1" -> new PeerMessage.JoinAnswer(in.readLong(), in.readString());
      case "D1" -> new PeerMessage.AskDigest(in.readLong(), in.readLong());
      case "E1" -> new PeerMessage.DigestIs(in.readLong(), in.readString());
      case "T1" -> new PeerMessage.AskTerm(in.readLong(), in.readString());
      case "U1" -> new PeerMessage.TermIs(in.readLong(), in.readLong());
      default -> throw new IllegalArgumentException("unknown log message " + manifest);
    };
  }

  private static void writeMembers(ByteWriter out, List<Member> members) {
    out.writeInt(members.size());
    members.forEach(m -> out.writeString(m.peerId()).writeString(m.address()));
  }

  private static List<Member> readMembers(ByteReader in) {
    int count = in.readCount();
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(new Member(in.readString(), in.readString()));
    }
    return members;
  }
}
